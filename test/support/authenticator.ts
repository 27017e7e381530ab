import {
  createHash,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';

/** How an authenticator is, and what it does wrong. */
export interface AuthenticatorOptions {
  algorithm?: -7 | -8 | -257 | -35;
  origin?: string;
  rpId?: string;
  aaguid?: string;
  /** Whether it can tell its user by a fingerprint or a PIN. */
  verifiesUser?: boolean;
  /** Whether it keeps whose its passkeys are. */
  isResident?: boolean;
  isBackedUp?: boolean;
  isEligible?: boolean;
  /** Whether it counts its signatures. */
  counts?: boolean;
}

/** What differs from what an authenticator and its browser would say. */
export interface Lie {
  challenge?: string;
  type?: string;
  origin?: string;
  rpId?: string;
  crossOrigin?: boolean;
  topOrigin?: string;
  userPresent?: boolean;
  userVerified?: boolean;
  counter?: number;
  userHandle?: string | null;
  id?: string;
  isEligible?: boolean;
  isBackedUp?: boolean;
  /** Of a registration: what its attestation says. */
  attestation?: { fmt: string; attStmt: CborMap };
  signature?: (right: Buffer) => Buffer;
  /** Bytes after the end of what is signed over. */
  leftOver?: Buffer;
}

type CborValue = number | string | Buffer | boolean | CborMap | readonly CborValue[];
type CborMap = Map<number | string, CborValue>;

interface Challenged {
  challenge: string;
}

const base64url = (bytes: Buffer) => bytes.toString('base64url');
const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest();

/** An authenticator and its browser, in software: as much of W3C WebAuthn as a test needs. */
export class Authenticator {
  readonly #options: Required<AuthenticatorOptions>;
  readonly #id = randomBytes(32);
  readonly #publicKey: JsonWebKey;
  readonly #privateKey: KeyObject;
  #userHandle = '';
  #counter = 0;

  constructor(options: AuthenticatorOptions = {}) {
    this.#options = {
      ...{ algorithm: -7, origin: 'http://localhost:3000', rpId: 'localhost', verifiesUser: true },
      ...{ aaguid: '00000000-0000-0000-0000-000000000000', isResident: true, isBackedUp: false },
      ...{ isEligible: options.isBackedUp ?? false, counts: true },
      ...options,
    };
    const { publicKey, privateKey } = keyPair(this.#options.algorithm);
    this.#publicKey = publicKey.export({ format: 'jwk' });
    this.#privateKey = privateKey;
  }

  get id(): string {
    return base64url(this.#id);
  }

  /** Makes the passkey, as `navigator.credentials.create` and `toJSON` answer. */
  register(options: Challenged & { user: { id: string } }, lie: Lie = {}) {
    this.#userHandle = options.user.id;
    const id = lie.id === undefined ? this.#id : Buffer.from(lie.id, 'base64url');
    const credential = Buffer.concat([
      Buffer.from(this.#options.aaguid.replaceAll('-', ''), 'hex'),
      uint16(id.length),
      id,
      cbor(coseKey(this.#options.algorithm, this.#publicKey)),
      lie.leftOver ?? Buffer.alloc(0),
    ]);
    const authData = Buffer.concat([this.#data(lie, 0x40), credential]);
    const { fmt, attStmt } = lie.attestation ?? { fmt: 'none', attStmt: new Map() };
    const attestationObject = new Map<string, CborValue>([
      ['fmt', fmt],
      ['attStmt', attStmt],
      ['authData', authData],
    ]);
    return {
      id: base64url(id),
      rawId: base64url(id),
      type: 'public-key' as const,
      response: {
        clientDataJSON: this.#clientData('webauthn.create', options, lie),
        attestationObject: base64url(cbor(attestationObject)),
        transports: ['internal', 'hybrid'],
      },
      clientExtensionResults: { credProps: { rk: this.#options.isResident } },
      authenticatorAttachment: 'platform',
    };
  }

  /** Shows the passkey, as `navigator.credentials.get` and `toJSON` answer. */
  sign(options: Challenged, lie: Lie = {}) {
    if (this.#options.counts) this.#counter += 1;
    const authData = Buffer.concat([this.#data(lie), lie.leftOver ?? Buffer.alloc(0)]);
    const clientDataJSON = this.#clientData('webauthn.get', options, lie);
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    const digest = this.#options.algorithm === -8 ? null : 'sha256';
    const right = sign(digest, signed, this.#privateKey);
    const handle = this.#options.isResident ? this.#userHandle : null;
    return {
      id: lie.id ?? this.id,
      rawId: lie.id ?? this.id,
      type: 'public-key' as const,
      response: {
        clientDataJSON,
        authenticatorData: base64url(authData),
        signature: base64url(lie.signature?.(right) ?? right),
        userHandle: lie.userHandle === undefined ? handle : lie.userHandle,
      },
      clientExtensionResults: {},
      authenticatorAttachment: 'platform',
    };
  }

  #clientData(type: string, { challenge }: Challenged, lie: Lie): string {
    const { origin } = this.#options;
    const said = {
      ...{ type: lie.type ?? type, challenge: lie.challenge ?? challenge, origin: lie.origin ?? origin },
      crossOrigin: lie.crossOrigin ?? false,
      ...(lie.topOrigin !== undefined && { topOrigin: lie.topOrigin }),
    };
    return base64url(Buffer.from(JSON.stringify(said)));
  }

  #data(lie: Lie, more = 0): Buffer {
    const { rpId, verifiesUser, isBackedUp, isEligible } = this.#options;
    const flags =
      ((lie.userPresent ?? true) ? 0x01 : 0) |
      ((lie.userVerified ?? verifiesUser) ? 0x04 : 0) |
      ((lie.isEligible ?? isEligible) ? 0x08 : 0) |
      ((lie.isBackedUp ?? isBackedUp) ? 0x10 : 0) |
      more;
    return Buffer.concat([
      sha256(lie.rpId ?? rpId),
      Buffer.from([flags]),
      uint32(lie.counter ?? this.#counter),
    ]);
  }
}

function keyPair(algorithm: number) {
  if (algorithm === -8) return generateKeyPairSync('ed25519');
  if (algorithm === -257) return generateKeyPairSync('rsa', { modulusLength: 2048 });
  return generateKeyPairSync('ec', { namedCurve: algorithm === -7 ? 'P-256' : 'P-384' });
}

/** RFC 9053: a key by its numbers. */
function coseKey(algorithm: number, { x = '', y = '', n = '', e = '' }: JsonWebKey): CborMap {
  const bytes = (text: string) => Buffer.from(text, 'base64url');
  const key = (type: number, ...rest: [number, CborValue][]): CborMap =>
    new Map<number, CborValue>([[1, type], [3, algorithm], ...rest]);
  if (algorithm === -8) return key(1, [-1, 6], [-2, bytes(x)]);
  if (algorithm === -257) return key(3, [-1, bytes(n)], [-2, bytes(e)]);
  return key(2, [-1, algorithm === -7 ? 1 : 2], [-2, bytes(x)], [-3, bytes(y)]);
}

/** RFC 8949, of what stands here. */
function cbor(value: CborValue): Buffer {
  if (typeof value === 'boolean') return Buffer.from([value ? 0xf5 : 0xf4]);
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string')
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value]);
  if (value instanceof Map) {
    const pairs = [...value].flatMap(([key, each]) => [cbor(key), cbor(each)]);
    return Buffer.concat([head(5, value.size), ...pairs]);
  }
  return Buffer.concat([head(4, value.length), ...value.map(cbor)]);
}

function head(type: number, count: number): Buffer {
  if (count < 24) return Buffer.from([(type << 5) | count]);
  if (count < 256) return Buffer.from([(type << 5) | 24, count]);
  return Buffer.concat([Buffer.from([(type << 5) | 25]), uint16(count)]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
