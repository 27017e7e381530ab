import { createHash, timingSafeEqual } from 'node:crypto';

/** The header in which the CDN in front shows that a request came by it. */
export const originHeader = 'x-origin-verify';

/**
 * Whether a request shows one of the secrets of the CDN in front, in a time that tells nothing of them.
 *
 * @returns a function of the header's value. Without any secret there is no CDN in front, and everybody passes.
 */
export function originCheck(secrets: readonly string[]): (shown: unknown) => boolean {
  const digests = secrets.map(digestOf);
  return function cameByCdn(shown) {
    if (digests.length === 0) return true;
    const given = digestOf(typeof shown === 'string' ? shown : '');
    // Every one is compared: which of them it was does not show either.
    return digests.filter((digest) => timingSafeEqual(digest, given)).length > 0;
  };
}

/** All of one length, as the comparison needs them. */
function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}
