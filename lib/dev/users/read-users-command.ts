import { idPattern } from '../../flows/admin/user-search.ts';
import { rolePattern } from '../../users/roles.ts';
import { UsageError } from '../command.ts';

/** What `npm run users -- …` is asked for; `who` is an address or an id. */
export type UsersCommand =
  | { readonly verb: 'show' | 'disable' | 'enable' | 'end-sessions'; readonly who: string }
  | { readonly verb: 'grant' | 'revoke'; readonly who: string; readonly role: string }
  | { readonly verb: 'end-all-sessions' }
  | { readonly verb: 'import'; readonly file: string; readonly isDryRun: boolean };

const usageOf = (variable: string) =>
  `Look after the users of the database that ${variable} names; WHO is an address or an id:\n` +
  [
    'show WHO',
    'grant WHO ROLE               the role admin lets administer',
    'revoke WHO ROLE',
    'disable WHO                  keeps somebody out, and ends every session',
    'enable WHO',
    'end-sessions WHO | --all',
    'import FILE [--dry-run]      one JSON object a line; - reads standard input',
  ]
    .map((line) => `  npm run users -- ${line}`)
    .join('\n');

/** @throws {UsageError} for what is no command. */
export function readUsersCommand(args: readonly string[], variable = 'MONGODB_URI'): UsersCommand {
  const [verb, ...given] = args;
  const options = given.filter(isOption);
  const [first, second, ...more] = given.filter((each) => !isOption(each));
  const isPlain = options.length === 0;
  if (more.length === 0 && first !== undefined && second === undefined) {
    if (verb === 'import' && options.every((each) => each === '--dry-run'))
      return { verb, file: first, isDryRun: options.length > 0 };
    if (isPlain && (verb === 'show' || verb === 'disable' || verb === 'enable' || verb === 'end-sessions'))
      return { verb, who: first };
  }
  const isOfRole = verb === 'grant' || verb === 'revoke';
  if (isPlain && isOfRole && first !== undefined && second !== undefined && more.length === 0)
    return { verb, who: first, role: roleIn(second) };
  if (verb === 'end-sessions' && first === undefined && options.length === 1 && options[0] === '--all')
    return { verb: 'end-all-sessions' };
  throw new UsageError(usageOf(variable));
}

/** Ids begin with two hyphens too, one in 4096. */
const isOption = (text: string) => text.startsWith('--') && !idPattern.test(text);

function roleIn(text: string): string {
  if (rolePattern.test(text)) return text;
  throw new UsageError(
    'users: a role begins with a small letter and has at most 32 of a to z, 0 to 9, _ and -, such as editor',
  );
}
