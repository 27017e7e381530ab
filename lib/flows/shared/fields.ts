import * as z from 'zod/mini';
import { languages } from '../../base/language.ts';
import { addressPattern, longestAddress, toMailAddress } from '../../users/email.ts';
import { NewToken } from './token-fields.ts';

/**
 * Unicode's last character, as it is: JavaScript, Python and Rust escape it each in its own way. What validators of
 * JSON Schema read alike is a class of what may stand there; a class of what may not would name surrogates.
 */
const last = '\u{10FFFF}';

/** Text that every part of the system stores and shows alike: no NUL, no half of a surrogate pair. */
const cleanPattern = `^[\\u0001-\\uD7FF\\uE000-${last}]*$`;

const inLine = `[ -~\\u00A0-\\u2027\\u202A-\\uD7FF\\uE000-${last}]`;

/**
 * A line of text with a visible character. Unicode counts among letters and symbols what shows nothing: fillers of
 * Hangul, the Braille blank.
 */
const linePattern = `^${inLine}*[^\\p{C}\\p{Z}\\p{M}\\u115F\\u1160\\u2800\\u3164\\uFFA0]${inLine}*$`;

/** What a pattern says, in JSON Schema's flavour of regular expressions: checked by what is described. */
const matching = (pattern: string, message: string) => {
  const expression = new RegExp(pattern, 'u');
  return [z.refine((value) => expression.test(String(value)), message), z.meta({ pattern })];
};

const clean = matching(cleanPattern, 'must not contain NUL or broken Unicode characters');

const notEmpty = z.minLength(1, { error: 'must not be empty', abort: true });

/** At most so many characters, as JSON Schema counts them: code points. What is longer is looked at no further. */
export const atMost = (most: number) => [
  z.refine((value) => [...String(value)].length <= most, {
    error: `must be at most ${most} characters`,
    abort: true,
  }),
  z.meta({ maxLength: most }),
];

/** Any text. */
export const Text = z.string({ error: 'must be a string' }).check(...clean);

/** An e-mail address, in the form that mail is sent to: see {@link toMailAddress}. */
export const Email = z.pipe(
  z.string({ error: 'must be a string' }).check(
    ...atMost(longestAddress),
    z.refine((value) => toMailAddress(String(value)) !== null, 'must be an e-mail address'),
    z.meta({
      pattern: addressPattern,
      description: 'An e-mail address. A domain in another script is kept in its ASCII form.',
      example: 'ada@example.com',
    }),
  ),
  z.transform((typed) => toMailAddress(typed) ?? typed),
);

/** A password as it comes in to be checked. */
export const Password = z
  .string({ error: 'must be a string' })
  .check(notEmpty, ...atMost(256), ...clean, z.meta({ format: 'password' }));

/** The password once more, before a change of what lets one in. */
export const CurrentPassword = z.optional(
  Password.check(z.meta({ description: 'Left out by who has no password, and by nobody else.' })),
);

/** A code of an authenticator app; spaces, which apps show, are none of it. */
export const Code = z.pipe(
  z
    .string({ error: 'must be a string' })
    .check(...matching('^(?:\\s*[0-9]){6}\\s*$', 'must be 6 digits'), z.meta({ example: '492039' })),
  z.transform((typed) => typed.replace(/\s/g, '')),
);

/** A code from a mail, as it stands there or without the space; people put hyphens too. */
export const MailedCode = z.pipe(
  z
    .string({ error: 'must be a string' })
    .check(...matching('^(?:[\\s-]*[0-9]){8}\\s*$', 'must be 8 digits'), z.meta({ example: '1234 5678' })),
  z.transform((typed) => typed.replace(/[^0-9]/g, '')),
);

/** A recovery code, in any case, with hyphens or without. */
export const RecoveryCode = z
  .string({ error: 'must be a string' })
  .check(notEmpty, ...atMost(100), ...clean, z.meta({ example: 'K7QD-2FXW-M5LP-ZJ3A' }));

/** New ones, for who had none; else an empty list. */
export const RecoveryCodes = z
  .array(z.string())
  .check(z.meta({ description: 'Shown this once. Each works once.' }));

/** A change of one's own address, as the route and the settings take it. */
export const EmailChange = z.strictObject({ currentPassword: CurrentPassword, newEmail: Email });

/**
 * A password that is to be set. How long it must be and how strong is judged later, as `weak_password`; the
 * description tells the length.
 */
export const NewPassword = Password.check(z.meta({ description: 'Must not be one that is easily guessed.' }));

/** The token of a mailed link. Whether it is one is for the database to say, in one answer for all that are not. */
export const Token = z
  .string({ error: 'must be a string' })
  .check(
    notEmpty,
    ...atMost(256),
    ...clean,
    z.meta({ description: 'As it stands in the link of the mail.' }),
  );

/** Stands for what looks like no id of ours: MySQL leaves spaces at its end out where it compares. */
const noId = '-';

/** The id of something that is one's own, or of nothing. */
export const Id = z.string({ error: 'must be a string' }).check(
  notEmpty,
  ...atMost(100),
  ...clean,
  z.overwrite((id) => (/^[\w-]+$/.test(id) ? id : noId)),
);

/** Most characters of a name. */
export const longestName = 100;

/** What a user wants to be called: one line of 1 to 100 characters, of which one at least can be seen. */
export const Name = z
  .string({ error: 'must be a string' })
  .check(
    notEmpty,
    ...atMost(longestName),
    ...matching(linePattern, 'must be one line with a visible character'),
    z.trim(),
    z.meta({ example: 'Ada Lovelace' }),
  );

/** A language of pages and mails. */
export const LanguageName = z.enum(languages, { error: `must be one of ${languages.join(', ')}` });

/** Whether a session outlives the browser. */
export const Remember = z.boolean({ error: 'must be true or false' }).check(
  z.meta({
    description: 'With false the session ends with the browser, and after 12 hours at the latest.',
    default: true,
  }),
);

/** ISO 8601, UTC. */
export const Timestamp = z.iso.datetime();

export const User = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.nullable(z.string()),
    emailVerified: z.boolean(),
    createdAt: Timestamp,
    roles: z.array(z.string()),
  })
  .check(z.meta({ id: 'User' }));

export const Session = z
  .object({
    id: z.string(),
    createdAt: Timestamp,
    idleExpiresAt: Timestamp,
    expiresAt: Timestamp,
    methods: z.array(z.object({ method: z.string(), at: Timestamp })),
    assurance: z.literal([1, 2]),
  })
  .check(z.meta({ id: 'Session', description: 'The `id` is no credential.' }));

/** The name of a second factor that a user can show. */
export const FactorName = z.enum(['totp', 'passkey', 'recovery_code']);

/** What a sign-in answers that waits for its second factor. */
export const SecondFactorNeeded = z.object({
  next: z.literal('second_factor'),
  factors: z.array(FactorName),
  token: NewToken,
});

export const UserAndSession = z.object({ user: User, session: Session });

/** The same of who has just come in. */
export const SignedIn = z.object({ ...UserAndSession.shape, token: NewToken });
