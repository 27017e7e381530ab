import * as z from 'zod/mini';
import { Email, Name } from '../../flows/shared/fields.ts';
import { foreignHash, isBcryptHash } from '../../users/foreign-hash.ts';
import type { NewUser } from '../../users/repository.ts';
import { mostRoles, rolePattern } from '../../users/roles.ts';
import { toFieldErrors } from '../../web/validate.ts';

const Role = z
  .string({ error: 'must be a string' })
  .check(z.regex(rolePattern, 'must be a role, such as editor'));

/** One line of a file that is imported. */
const ImportedUser = z.strictObject({
  email: Email,
  name: z.optional(z.nullable(Name)),
  emailVerified: z.optional(z.boolean({ error: 'must be true or false' })),
  createdAt: z.optional(
    z.iso.datetime({ offset: true, error: 'must be a time such as 2026-01-02T03:04:05Z' }),
  ),
  passwordHash: z.optional(
    z
      .string({ error: 'must be a string' })
      .check(z.refine((hash) => isBcryptHash(String(hash)), 'must be a hash of bcrypt: $2a$, $2b$ or $2y$')),
  ),
  roles: z.optional(
    z
      .array(Role, { error: 'must be a list of roles' })
      .check(z.maxLength(mostRoles, `must be ${mostRoles} at most`)),
  ),
});

/** Most characters of a line. */
export const longestLine = 16 * 1024;

/** The user of a line, or what is wrong with it. */
export type ReadLine = { readonly user: NewUser } | { readonly wrong: string };

/** Reads one line; what is wrong names the field and never shows a value. */
export function readImportLine(line: string, now: Date): ReadLine {
  if (line.length > longestLine) return { wrong: `is longer than ${longestLine} characters` };
  // What stands for bytes that were none: a name of it would be kept for ever.
  if (line.includes('\uFFFD')) return { wrong: 'is not UTF-8' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return { wrong: 'is no JSON' };
  }
  const read = z.safeParse(ImportedUser, parsed);
  if (!read.success) {
    const fields = read.error.issues.flatMap(toFieldErrors);
    return { wrong: fields.map(({ path, message }) => `${printable(path)} ${message}`.trim()).join('; ') };
  }
  const { email, name = null, emailVerified = false, createdAt, passwordHash, roles = [] } = read.data;
  const at = createdAt === undefined ? now : new Date(createdAt);
  if (at > now) return { wrong: 'createdAt is in the future' };
  return {
    user: {
      ...{ email, name, createdAt: at, roles },
      passwordHash: passwordHash === undefined ? undefined : foreignHash(passwordHash),
      ...(emailVerified && { emailVerifiedAt: now }),
    },
  };
}

/** Names of fields are the file's own: to a terminal some would be commands. */
function printable(path: string): string {
  return path.replace(/\p{C}/gu, '\uFFFD').slice(0, 100);
}
