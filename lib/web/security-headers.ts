/**
 * What every answer carries, of an app and of the edge in front of it: it is kept by no cache, and nothing of it is
 * to be framed, sniffed or run as a page (OWASP ASVS 3.4.1, 3.4.3 to 3.4.6). The answers that may be kept or shown
 * say so themselves.
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none';frame-ancestors 'none'",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'Strict-Transport-Security': 'max-age=31536000; includeSubDomains',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};
