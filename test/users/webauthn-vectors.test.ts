import { hkdfSync } from 'node:crypto';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { decodeAttestationObject, parseAuthenticatorData } from '@simplewebauthn/server/helpers';
import { describe, expect, test } from 'vitest';
import { AuthenticationResponse, RegistrationResponse } from '../../lib/flows/shared/passkey-fields.ts';
import type { User } from '../../lib/users/user.ts';
import { creationOptions, readAssertion, readRegistration } from '../../lib/users/webauthn.ts';
import { type WebauthnVector, webauthnVectors } from '../support/webauthn-vectors.ts';

const site = { id: 'example.org', name: 'Example', origins: ['https://example.org'] };
const elsewhere = { ...site, origins: ['https://sub.example.org', 'https://example.org.example.com'] };
const algorithms = [-7, -8, -257];

const isFramed = ({ name }: WebauthnVector) => /crossOrigin|topOrigin/.test(name);
const isAttested = ({ name }: WebauthnVector) => !/^(none|packed-self)\./.test(name);
const isAsked = ({ algorithm }: WebauthnVector) => algorithms.includes(algorithm);
const named = (vectors: readonly WebauthnVector[]) =>
  vectors.map((vector): [string, WebauthnVector] => [vector.name, vector]);

const registered = webauthnVectors.filter((vector) => !isFramed(vector) && !isAttested(vector));
const framed = webauthnVectors.filter(isFramed);
/** What is refused for its attestation alone. */
const attested = webauthnVectors.filter((vector) => isAttested(vector) && isAsked(vector));
const unasked = webauthnVectors.filter((vector) => !isAsked(vector));

const base64url = (hex: string) => Buffer.from(hex, 'hex').toString('base64url');

/** As a browser sends it, and the routes let it in. */
function registrationOf({ id, registration }: WebauthnVector, attestationObject?: Buffer) {
  return RegistrationResponse.parse({
    ...credential(id),
    response: {
      clientDataJSON: base64url(registration.clientDataJSON),
      attestationObject:
        attestationObject?.toString('base64url') ?? base64url(registration.attestationObject),
    },
  });
}

/** As a browser sends it, and the routes let it in. */
function assertionOf(
  { id, assertion }: WebauthnVector,
  other: { clientData?: Buffer; data?: Buffer; signature?: Buffer } = {},
) {
  return AuthenticationResponse.parse({
    ...credential(id),
    response: {
      clientDataJSON: other.clientData?.toString('base64url') ?? base64url(assertion.clientDataJSON),
      authenticatorData: other.data?.toString('base64url') ?? base64url(assertion.authenticatorData),
      signature: other.signature?.toString('base64url') ?? base64url(assertion.signature),
    },
  });
}

function credential(id: string) {
  return { id: base64url(id), rawId: base64url(id), type: 'public-key' as const };
}

/** What an authenticator says of itself and of its new key. */
function authenticatorDataOf({ registration }: WebauthnVector): Buffer {
  const attestationObject = Buffer.from(registration.attestationObject, 'hex');
  return Buffer.from(decodeAttestationObject(new Uint8Array(attestationObject)).get('authData'));
}

/** What a browser sends where it holds attestation back, as it is to where none is asked for (5.1.3). */
function withoutAttestation(vector: WebauthnVector): Buffer {
  const data = authenticatorDataOf(vector);
  // A map of three: `fmt` "none", `attStmt` of nothing, `authData` of so many bytes.
  const head = Buffer.from('a363666d74646e6f6e656761747453746d74a0686175746844617461590000', 'hex');
  head.writeUInt16BE(data.length, head.length - 2);
  return Buffer.concat([head, data]);
}

/** The key of a passkey, as a registration without attestation tells it. */
function keptOf(vector: WebauthnVector) {
  const { credentialPublicKey = new Uint8Array() } = parseAuthenticatorData(
    new Uint8Array(authenticatorDataOf(vector)),
  );
  return { id: base64url(vector.id), publicKey: Buffer.from(credentialPublicKey).toString('base64url') };
}

/** Each byte changed, one at a time. */
function* changed(bytes: Buffer, from = 0, to = bytes.length): Generator<Buffer> {
  for (let at = from; at < to; at += 1) {
    for (const bit of [0x01, 0x80]) {
      const other = Buffer.from(bytes);
      other[at] = (bytes[at] ?? 0) ^ bit;
      yield other;
    }
  }
}

/** Those that are taken all the same. */
async function takenOf(wrong: Iterable<Buffer>, read: (each: Buffer) => Promise<unknown>): Promise<string[]> {
  const taken: string[] = [];
  for (const each of wrong) if ((await read(each)) !== null) taken.push(each.toString('hex'));
  return taken;
}

function vectorOf(name: string): WebauthnVector {
  const found = webauthnVectors.find((vector) => vector.name === name);
  if (!found) throw new Error(`there is no vector ${name}`);
  return found;
}

function uuidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

const bitsOf = (flags = 0) => ({
  isVerified: (flags & 0x04) !== 0,
  backupEligible: (flags & 0x08) !== 0,
  backedUp: (flags & 0x10) !== 0,
});

describe('the vectors of W3C WebAuthn Level 3', () => {
  test('are all here', () => {
    expect([registered, framed, attested, unasked].map((each) => each.length)).toEqual([3, 2, 7, 3]);
    expect(new Set([...registered, ...attested].map(({ algorithm }) => algorithm))).toEqual(
      new Set(algorithms),
    );
  });

  test.each(named(webauthnVectors))('%s: is derived as the specification says', (name, vector) => {
    const derived = (length: number) =>
      Array.from({ length: 12 }, (_, salt) =>
        Buffer.from(hkdfSync('sha256', 'WebAuthn test vectors', Buffer.from([salt]), name, length)).toString(
          'hex',
        ),
      );
    const { id, registration, assertion } = vector;

    expect(derived(registration.challenge.length / 2)[0]).toBe(registration.challenge);
    expect(derived(assertion.challenge.length / 2)).toContain(assertion.challenge);
    expect(derived(id.length / 2)).toContain(id);
  });
});

describe('a registration of the vectors', () => {
  const read = (vector: WebauthnVector, attestationObject?: Buffer, at = site) =>
    readRegistration(at, registrationOf(vector, attestationObject), base64url(vector.registration.challenge));

  test.each(named(registered))('%s: is taken', async (_name, vector) => {
    const data = authenticatorDataOf(vector);
    const { isVerified, ...backup } = bitsOf(data[32]);

    expect(await read(vector)).toEqual({
      ...keptOf(vector),
      ...backup,
      counter: 0,
      transports: [],
      worksAlone: isVerified,
      aaguid: uuidOf(data.subarray(37, 53)),
    });
  });

  test.each(named(registered))(
    '%s: is refused by another challenge, origin or relying party',
    async (_name, vector) => {
      const registration = registrationOf(vector);

      expect(
        await Promise.all([
          readRegistration(site, registration, base64url(vector.assertion.challenge)),
          read(vector, undefined, elsewhere),
          read(vector, undefined, { ...site, id: 'example.com' }),
          read(vector, undefined, { ...site, id: 'sub.example.org' }),
        ]),
      ).toEqual([null, null, null, null]);
    },
  );

  test.each(named(registered))(
    '%s: is refused with another id, or as an assertion',
    async (_name, vector) => {
      const registration = registrationOf(vector);
      const challenge = base64url(vector.assertion.challenge);
      const { clientDataJSON } = assertionOf(vector).response;
      const others = registered.filter((other) => other !== vector).map(({ id }) => credential(id));

      const answers = [
        ...others.map((other) =>
          readRegistration(site, { ...registration, ...other }, base64url(vector.registration.challenge)),
        ),
        readRegistration(
          site,
          { ...registration, response: { ...registration.response, clientDataJSON } },
          challenge,
        ),
      ];

      expect(await Promise.all(answers)).toEqual([null, null, null]);
    },
  );

  // Nothing signs over what has no attestation: of its data, only what names the site and the passkey must be right.
  test.each(named(registered.filter(({ name }) => name.startsWith('none.'))))(
    '%s: is refused with a byte of its site, of its id or of its length changed',
    async (_name, vector) => {
      const right = Buffer.from(vector.registration.attestationObject, 'hex');
      const start = right.indexOf(authenticatorDataOf(vector));
      const { length } = Buffer.from(vector.id, 'hex');
      const wrong = [
        ...changed(right, start, start + 32),
        ...changed(right, start + 53, start + 55 + length),
      ];

      expect(await takenOf(wrong, (each) => read(vector, each))).toEqual([]);
    },
  );

  describe('packed-self.ES256', () => {
    const vector = vectorOf('packed-self.ES256');
    const right = Buffer.from(vector.registration.attestationObject, 'hex');
    const algorithm = right.indexOf('alg') + 3;
    const signature = algorithm + 7;
    const data = right.length - authenticatorDataOf(vector).length;

    test('is refused with any byte of what is signed changed', async () => {
      expect(await takenOf(changed(right, data), (each) => read(vector, each))).toEqual([]);
    });

    test('is refused with any byte of its signature changed', async () => {
      expect(right.subarray(signature, signature + 2).toString('hex')).toBe('3044');
      const wrong = changed(right, signature, signature + 70);

      expect(await takenOf(wrong, (each) => read(vector, each))).toEqual([]);
    });

    test('is refused where its statement names another algorithm than its key', async () => {
      expect(right[algorithm]).toBe(0x26);
      // -8, -35 and -257, where -7 stands.
      const wrong = ['27', '3822', '390100'].map((other) =>
        Buffer.concat([
          right.subarray(0, algorithm),
          Buffer.from(other, 'hex'),
          right.subarray(algorithm + 1),
        ]),
      );

      expect(await takenOf(wrong, (each) => read(vector, each))).toEqual([]);
    });
  });

  test.each(named(framed))('%s: is refused for its frame alone', async (_name, vector) => {
    const registration = registrationOf(vector);
    const said = JSON.parse(Buffer.from(vector.registration.clientDataJSON, 'hex').toString());
    const clientDataJSON = Buffer.from(
      JSON.stringify({ ...said, crossOrigin: false, topOrigin: undefined }),
    ).toString('base64url');
    const unframed = { ...registration, response: { ...registration.response, clientDataJSON } };

    expect(await read(vector)).toBeNull();
    // Nothing signs over it.
    expect(await readRegistration(site, unframed, base64url(vector.registration.challenge))).toMatchObject(
      keptOf(vector),
    );
  });

  test.each(named(attested))(
    '%s: is refused for its attestation alone, which nobody asked for',
    async (_name, vector) => {
      expect(await read(vector)).toBeNull();
      expect(await read(vector, withoutAttestation(vector))).toMatchObject(keptOf(vector));
    },
  );

  test.each(named(unasked))(
    '%s: is refused for its algorithm too, which nobody asked for',
    async (_name, vector) => {
      const { challenge } = vector.registration;
      const asked = await creationOptions(
        site,
        { id: 'ada', email: 'ada@example.org' } as User,
        challenge,
        [],
      );
      const unattested = withoutAttestation(vector);

      expect(asked.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-8, -7, -257]);
      expect(await read(vector)).toBeNull();
      expect(await read(vector, unattested)).toBeNull();
      const { verified } = await verifyRegistrationResponse({
        response: {
          ...registrationOf(vector, unattested),
          response: { ...registrationOf(vector, unattested).response, transports: [] },
          clientExtensionResults: {},
        },
        expectedChallenge: base64url(challenge),
        expectedOrigin: site.origins,
        expectedRPID: site.id,
        requireUserVerification: false,
        supportedAlgorithmIDs: [vector.algorithm],
      });
      expect(verified).toBe(true);
    },
  );
});

describe('an assertion of the vectors', () => {
  const read = (vector: WebauthnVector, other: Parameters<typeof assertionOf>[1] = {}, at = site) =>
    readAssertion(at, assertionOf(vector, other), keptOf(vector), {
      challenge: base64url(vector.assertion.challenge),
      isVerified: false,
    });
  const readable = named([...registered, ...attested]);

  test.each(readable)('%s: is taken', async (_name, vector) => {
    const bits = bitsOf(Buffer.from(vector.assertion.authenticatorData, 'hex')[32]);

    expect(await read(vector)).toEqual({ counter: 0, ...bits });
    const needed = { challenge: base64url(vector.assertion.challenge), isVerified: true };
    const alone = await readAssertion(site, assertionOf(vector), keptOf(vector), needed);
    expect(alone !== null).toBe(bits.isVerified);
  });

  test.each(readable)(
    '%s: is refused by another challenge, origin, relying party or key',
    async (_name, vector) => {
      const assertion = assertionOf(vector);
      const other = readable.find(
        ([, { algorithm, id }]) => algorithm === vector.algorithm && id !== vector.id,
      )?.[1];
      const expected = { challenge: base64url(vector.assertion.challenge), isVerified: false };

      expect(
        await Promise.all([
          readAssertion(site, assertion, keptOf(vector), {
            ...expected,
            challenge: base64url(vector.registration.challenge),
          }),
          read(vector, {}, elsewhere),
          read(vector, {}, { ...site, id: 'example.com' }),
          readAssertion(site, assertion, keptOf(other ?? vectorOf('none.ES256')), expected),
        ]),
      ).toEqual([null, null, null, null]);
    },
  );

  test.each(readable)('%s: is refused with any byte of its signature changed', async (_name, vector) => {
    const wrong = changed(Buffer.from(vector.assertion.signature, 'hex'));

    expect(await takenOf(wrong, (signature) => read(vector, { signature }))).toEqual([]);
  });

  test.each(readable)('%s: is refused with any byte of its client data changed', async (_name, vector) => {
    const wrong = changed(Buffer.from(vector.assertion.clientDataJSON, 'hex'));

    expect(await takenOf(wrong, (clientData) => read(vector, { clientData }))).toEqual([]);
  });

  test.each(readable)('%s: is refused with any byte of its data changed', async (_name, vector) => {
    const wrong = changed(Buffer.from(vector.assertion.authenticatorData, 'hex'));

    expect(await takenOf(wrong, (data) => read(vector, { data }))).toEqual([]);
  });

  test.each(readable)('%s: is refused with bytes after its signature', async (_name, vector) => {
    const right = Buffer.from(vector.assertion.signature, 'hex');
    const wrong = ['00', '0200', vector.assertion.signature].map((more) =>
      Buffer.concat([right, Buffer.from(more, 'hex')]),
    );

    expect(await takenOf(wrong, (signature) => read(vector, { signature }))).toEqual([]);
  });

  test.each(named(framed))('%s: is refused for its frame alone', async (_name, vector) => {
    const { response, ...rest } = assertionOf(vector);
    const { clientDataJSON, authenticatorData, signature } = response;
    const kept = keptOf(vector);

    expect(await read(vector)).toBeNull();
    const { verified } = await verifyAuthenticationResponse({
      response: {
        ...rest,
        response: { clientDataJSON, authenticatorData, signature },
        clientExtensionResults: {},
      },
      expectedChallenge: base64url(vector.assertion.challenge),
      expectedOrigin: site.origins,
      expectedTopOrigin: 'https://example.com',
      expectedRPID: site.id,
      credential: {
        id: kept.id,
        publicKey: new Uint8Array(Buffer.from(kept.publicKey, 'base64url')),
        counter: 0,
      },
      requireUserVerification: false,
    });
    expect(verified).toBe(true);
  });
});
