/** As the tools of MySQL and others call it. What is none of their words for "no" asks for it, and no word for less of it. */
export function asksForTls(parameters: URLSearchParams): boolean {
  const asked = ['ssl', 'ssl-mode', 'sslmode', 'ssl_mode', 'sslaccept', 'tls']
    .map((name) => parameters.get(name))
    .filter((value) => value !== null);
  return asked.some((value) => !/^(disabled?|false|0|off|no|none)?$/i.test(value));
}
