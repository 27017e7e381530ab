import * as z from 'zod/mini';

/** True for text that every part of the system stores and shows alike: no NUL, no half of a surrogate pair. */
function isCleanText(value: unknown): boolean {
  return !/\0|\p{Surrogate}/u.test(String(value));
}

const clean = z.refine(isCleanText, 'must not contain NUL or broken Unicode characters');

/** Characters as people and JSON Schema count them: code points, of the NFC form in which text is compared. */
const lengthOf = (value: unknown) => [...String(value).normalize('NFC')].length;

const notEmpty = z.minLength(1, 'must not be empty');

/** At most so many characters; said in the schema too, where a refinement does not show. */
const atMost = (most: number) => [
  z.refine((value) => lengthOf(value) <= most, `must be at most ${most} characters`),
  z.meta({ maxLength: most }),
];

/** An e-mail address of at most 254 characters (RFC 5321), kept as typed but for spaces around it. */
export const Email = z
  .string({ error: 'must be a string' })
  .check(
    z.trim(),
    clean,
    z.maxLength(254, 'must be at most 254 characters'),
    z.regex(z.regexes.email, 'must be an e-mail address'),
    z.meta({ format: 'email', example: 'ada@example.com' }),
  );

/** A password as it comes in; its strength is judged where it is set, never where it is checked. */
export const Password = z
  .string({ error: 'must be a string' })
  .check(clean, notEmpty, ...atMost(256), z.meta({ format: 'password' }));

/** The token of a mailed link. Whether it is one is for the database to say, in one answer for all that are not. */
export const Token = z
  .string({ error: 'must be a string' })
  .check(clean, notEmpty, ...atMost(256), z.meta({ description: 'As it stands in the link of the mail.' }));

/** What a user wants to be called: 1 to 100 characters. */
export const Name = z
  .string({ error: 'must be a string' })
  .check(z.trim(), clean, notEmpty, ...atMost(100), z.meta({ example: 'Ada Lovelace' }));

/** ISO 8601, UTC. */
export const Timestamp = z.iso.datetime();

export const User = z
  .object({
    id: z.string(),
    email: z.string(),
    name: z.nullable(z.string()),
    emailVerified: z.boolean(),
    createdAt: Timestamp,
  })
  .check(z.meta({ id: 'User' }));

export const Session = z
  .object({
    id: z.string(),
    createdAt: Timestamp,
    idleExpiresAt: Timestamp,
    expiresAt: Timestamp,
  })
  .check(z.meta({ id: 'Session', description: 'The `id` is no credential.' }));

export const UserAndSession = z.object({ user: User, session: Session });
