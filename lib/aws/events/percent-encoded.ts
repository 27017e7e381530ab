/**
 * Percent-encodes every byte of a text's UTF-8.
 * Unlike `encodeURIComponent` it does not throw on half a surrogate pair, which becomes U+FFFD.
 */
export function percentEncoded(text: string): string {
  return Array.from(
    Buffer.from(text, 'utf8'),
    (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}
