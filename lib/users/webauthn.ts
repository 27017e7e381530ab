import {
  type AuthenticatorTransport,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type VerifiedAuthenticationResponse,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { decodeAttestationObject, parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import type { PasskeyRecord } from '../store/credential-records.ts';
import { type Assertion, challengeMs, isFramed, type Registration } from './passkey-responses.ts';
import { algorithmOf, isEncodedFor } from './signatures.ts';
import type { User } from './user.ts';

/** The site, as authenticators know it. */
export interface RelyingParty {
  /** The host of `PUBLIC_URL`. */
  readonly id: string;
  /** What prompts call it. */
  readonly name: string;
  /** Whose pages may ask: each under that host. */
  readonly origins: readonly string[];
}

export type CreationOptions = PublicKeyCredentialCreationOptionsJSON;
export type RequestOptions = PublicKeyCredentialRequestOptionsJSON;
/** By which a browser knows one. */
type Kept = Pick<PasskeyRecord, 'id' | 'transports'>;

/** What an authenticator has made. */
export type MadePasskey = Pick<
  PasskeyRecord,
  'id' | 'publicKey' | 'counter' | 'transports' | 'backupEligible' | 'backedUp' | 'worksAlone'
> & { readonly aaguid: string };

/** What an authenticator said of itself when it signed. */
export type Signed = Pick<PasskeyRecord, 'counter' | 'backupEligible' | 'backedUp'> & {
  /** Whether it has verified its user, by a fingerprint or a PIN. */
  readonly isVerified: boolean;
};

/** EdDSA, ES256 and RS256, the best first. */
const algorithms = [-8, -7, -257];

export function creationOptions(
  { id: rpID, name: rpName }: RelyingParty,
  user: User,
  challenge: string,
  passkeys: readonly Kept[],
): Promise<CreationOptions> {
  return generateRegistrationOptions({
    rpID,
    rpName,
    userID: bytesOf(user.id),
    userName: user.email,
    userDisplayName: user.name ?? user.email,
    challenge: bytesOf(challenge),
    timeout: challengeMs,
    attestationType: 'none',
    excludeCredentials: passkeys.map(descriptor),
    // Keys that keep no account's name are a second factor all the same.
    authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
    supportedAlgorithmIDs: algorithms,
  });
}

/** @param passkeys that would do; undefined where whose they are is not known yet. */
export function requestOptions(
  { id: rpID }: RelyingParty,
  challenge: string,
  passkeys?: readonly Kept[],
): Promise<RequestOptions> {
  return generateAuthenticationOptions({
    rpID,
    challenge: bytesOf(challenge),
    timeout: challengeMs,
    userVerification: passkeys ? 'preferred' : 'required',
    ...(passkeys && { allowCredentials: passkeys.map(descriptor) }),
  });
}

/** W3C WebAuthn Level 3, 7.1; null where a step of it fails. */
export async function readRegistration(
  { id: expectedRPID, origins }: RelyingParty,
  registration: Registration,
  expectedChallenge: string,
): Promise<MadePasskey | null> {
  const { transports = [], attestationObject } = registration.response;
  if (isFramed(registration)) return null;
  const info = await nullIfRefused(async () => {
    if (!isUnattested(attestationObject)) return null;
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        ...registration,
        response: { ...registration.response, transports: [] },
        clientExtensionResults: {},
      },
      expectedChallenge,
      expectedOrigin: [...origins],
      expectedRPID,
      requireUserVerification: false,
      supportedAlgorithmIDs: algorithms,
    });
    return verified ? registrationInfo : null;
  });
  if (!info || info.credential.id !== registration.id) return null;
  // Step 25: longer ones are nobody's.
  if (bytesOf(info.credential.id).byteLength > 1023) return null;
  return {
    id: info.credential.id,
    publicKey: Buffer.from(info.credential.publicKey).toString('base64url'),
    counter: info.credential.counter,
    transports,
    backupEligible: info.credentialDeviceType === 'multiDevice',
    backedUp: info.credentialBackedUp,
    // Some browsers do not say which it is. What verifies its user keeps whose it is too, since we prefer that.
    worksAlone: info.userVerified && registration.clientExtensionResults?.credProps?.rk !== false,
    aaguid: info.aaguid,
  };
}

/** W3C WebAuthn Level 3, 7.2, but for whose it is and its counter; null where a step of it fails. */
export async function readAssertion(
  { id: expectedRPID, origins }: RelyingParty,
  { id, rawId, type, response }: Assertion,
  { id: keptId, publicKey }: Pick<PasskeyRecord, 'id' | 'publicKey'>,
  expected: { readonly challenge: string; readonly isVerified: boolean },
): Promise<Signed | null> {
  if (isFramed({ id, rawId, type, response })) return null;
  const { clientDataJSON, authenticatorData, signature } = response;
  const found = await nullIfRefused<VerifiedAuthenticationResponse>(async () => {
    if (!isEncodedFor(algorithmOf(bytesOf(publicKey)), bytesOf(signature))) return null;
    return verifyAuthenticationResponse({
      response: {
        id,
        rawId,
        type,
        response: { clientDataJSON, authenticatorData, signature },
        clientExtensionResults: {},
      },
      expectedChallenge: expected.challenge,
      expectedOrigin: [...origins],
      expectedRPID,
      // The counter is looked at once the signature is known to be right: only then does it say anything.
      credential: { id: keptId, publicKey: bytesOf(publicKey), counter: 0 },
      requireUserVerification: expected.isVerified,
    });
  });
  if (!found?.verified) return null;
  const { newCounter, userVerified, credentialDeviceType, credentialBackedUp } = found.authenticationInfo;
  return {
    counter: newCounter,
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
    isVerified: userVerified,
  };
}

/** The library refuses by an error, of which there is one for everything. */
async function nullIfRefused<T>(verify: () => Promise<T | null | undefined>): Promise<T | null> {
  try {
    return (await verify()) ?? null;
  } catch {
    return null;
  }
}

/** We ask for no attestation. What comes all the same is one that the passkey has signed by itself, or none. */
function isUnattested(attestationObject: string): boolean {
  const decoded = decodeAttestationObject(bytesOf(attestationObject));
  if (decoded.get('fmt') === 'none') return true;
  const statement = decoded.get('attStmt');
  if (decoded.get('fmt') !== 'packed' || statement.get('x5c') !== undefined) return false;
  const { credentialPublicKey } = parseAuthenticatorData(decoded.get('authData'));
  const algorithm = credentialPublicKey && algorithmOf(credentialPublicKey);
  const signature = statement.get('sig');
  // W3C WebAuthn Level 3, 8.2: both are of one algorithm, which the library does not look at.
  return statement.get('alg') === algorithm && signature !== undefined && isEncodedFor(algorithm, signature);
}

function descriptor({ id, transports }: Kept) {
  return { id, transports: [...transports] as AuthenticatorTransport[] };
}

function bytesOf(encoded: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(encoded, 'base64url'));
}
