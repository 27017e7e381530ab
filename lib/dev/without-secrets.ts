/** What a driver said about a server, without the address it was given, and without the user and password in that. */
export function withoutSecrets(said: string, url: string): string {
  const [, userInfo = ''] = /^[^:]+:\/\/(.*)@/.exec(url) ?? [];
  const parts = userInfo.split(':').flatMap((part) => [part, decoded(part)]);
  return [url, ...parts]
    .filter((part) => part !== '')
    .reduce((text, part) => text.replaceAll(part, '...'), said);
}

/** Drivers speak of the user as the server knows them. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
