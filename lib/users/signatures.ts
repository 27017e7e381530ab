import { cose, decodeCredentialPublicKey } from '@simplewebauthn/server/helpers';

/**
 * The algorithm of a passkey's key, as COSE numbers it.
 *
 * @throws Error where it is no COSE key.
 */
export function algorithmOf(publicKey: Uint8Array<ArrayBuffer>): number | undefined {
  return decodeCredentialPublicKey(publicKey).get(cose.COSEKEYS.alg);
}

/**
 * True where a signature is written as W3C WebAuthn Level 3, 6.5.5, wants it of its algorithm.
 *
 * Of ES256 that is DER (RFC 3279, 2.2.3): one frame around two numbers, to its end. The library that verifies them
 * reads the numbers, and passes over a wrong frame and over what comes after it.
 */
export function isEncodedFor(algorithm: number | undefined, signature: Uint8Array): boolean {
  if (algorithm !== cose.COSEALG.ES256) return true;
  const [frame, length, first, firstLength = 0] = signature;
  const second = 4 + firstLength;
  const end = second + 2 + (signature[second + 1] ?? 0);
  if (frame !== 0x30 || length !== signature.length - 2) return false;
  return first === 0x02 && signature[second] === 0x02 && end === signature.length;
}
