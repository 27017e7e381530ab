import * as z from 'zod/mini';
import { atMost, Timestamp } from './fields.ts';

/** Bytes in base64url, as browsers' `toJSON` gives them. */
const Bytes = (most: number) =>
  z
    .string({ error: 'must be a string' })
    .check(...atMost(most), z.regex(/^[A-Za-z0-9_-]*$/, 'must be base64url'));

/** 1023 bytes at most (W3C WebAuthn, 4). */
const longestId = 1364;

/** What a browser answers, as a form carries it: in a field, as JSON. The API's description reads what it `holds`. */
export const inForm = <S extends z.ZodMiniType>(schema: S) =>
  z.pipe(
    z
      .string({ error: 'must be a string' })
      .check(z.meta({ contentMediaType: 'application/json', holds: schema })),
    z.pipe(
      z.transform((text: string, context) => {
        try {
          return JSON.parse(text) as unknown;
        } catch {
          context.issues.push({ code: 'custom', message: 'must be JSON', input: text });
          return z.NEVER;
        }
      }),
      schema,
    ),
  );

/** The id of a passkey. */
export const PasskeyId = z
  .string({ error: 'must be a string' })
  .check(...atMost(longestId), z.regex(/^[A-Za-z0-9_-]+$/, 'must be base64url'));

const credential = {
  id: Bytes(longestId),
  rawId: Bytes(longestId),
  type: z.literal('public-key', { error: 'must be public-key' }),
};

/** What `navigator.credentials.get` gives, by its `toJSON`. Fields that are not named here are passed over. */
export const AuthenticationResponse = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: Bytes(4096),
      authenticatorData: Bytes(4096),
      signature: Bytes(2048),
      userHandle: z.optional(z.nullable(Bytes(100))),
    }),
  })
  .check(z.meta({ description: 'An `AuthenticationResponseJSON`.' }));

/** What `navigator.credentials.create` gives, by its `toJSON`. */
export const RegistrationResponse = z
  .object({
    ...credential,
    response: z.object({
      clientDataJSON: Bytes(4096),
      attestationObject: Bytes(8192),
      transports: z.optional(z.array(z.string().check(...atMost(32))).check(z.maxLength(10))),
    }),
    clientExtensionResults: z.optional(
      z.object({ credProps: z.optional(z.object({ rk: z.optional(z.boolean()) })) }),
    ),
  })
  .check(z.meta({ description: 'A `RegistrationResponseJSON`.' }));

const Descriptor = z.object({
  id: z.string(),
  type: z.literal('public-key'),
  transports: z.optional(z.array(z.string())),
});

export const RequestOptions = z
  .object({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.int(),
    allowCredentials: z.optional(z.array(Descriptor)),
    userVerification: z.string(),
  })
  .check(
    z.meta({
      id: 'PasskeyRequestOptions',
      description: 'A `PublicKeyCredentialRequestOptionsJSON`, good for five minutes in this browser.',
    }),
  );

export const CreationOptions = z
  .object({
    challenge: z.string(),
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
    timeout: z.int(),
    excludeCredentials: z.array(Descriptor),
    authenticatorSelection: z.object({
      residentKey: z.string(),
      requireResidentKey: z.boolean(),
      userVerification: z.string(),
    }),
    extensions: z.object({ credProps: z.boolean() }),
    hints: z.array(z.string()),
    attestation: z.literal('none'),
  })
  .check(
    z.meta({
      id: 'PasskeyCreationOptions',
      description: 'A `PublicKeyCredentialCreationOptionsJSON`, good for five minutes in this browser.',
    }),
  );

export const Passkey = z
  .object({
    id: z.string(),
    name: z.string(),
    createdAt: Timestamp,
    lastUsedAt: z.nullable(Timestamp),
    backedUp: z.boolean(),
  })
  .check(z.meta({ id: 'Passkey', description: 'With `backedUp` a copy of it is kept elsewhere.' }));
