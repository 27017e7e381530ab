import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { Problem } from '../../base/problem.ts';
import type { NewUser, Users } from '../../users/repository.ts';
import { adminRole } from '../../users/roles.ts';
import { UsageError } from '../command.ts';
import { shown } from '../copy/count-table.ts';
import { showRecords } from '../copy/show-records.ts';
import { longestLine, readImportLine } from './import-line.ts';
import { shortLines } from './short-lines.ts';
import type { UsersServices } from './users-services.ts';

/** Lines under way at once: as many as there are connections, and no more are read before one is done. */
const atOnce = 5;

export interface ImportOptions {
  /** `-` for standard input. */
  readonly file: string;
  /** Looks at every line, and stores nothing. */
  readonly isDryRun: boolean;
}

type Outcome = 'imported' | 'there' | 'refused';

/**
 * Makes a user of each line of a file. Who is there already is left alone, so that it can be run again where it stopped;
 * what cannot be taken is told by its line, and stops nothing.
 *
 * @param complain takes a line for each that was refused.
 * @throws {UsageError} where the file cannot be read, or lines were refused; {Problem} 503 where the database is away, or not
 * prepared: then nothing keeps an address from being two users.
 */
export async function importFile(
  { users, prepared, now }: Pick<UsersServices, 'users' | 'prepared' | 'now'>,
  { file, isDryRun }: ImportOptions,
  say: (line: string) => void,
  complain: (line: string) => void = console.error,
): Promise<void> {
  const counts: Record<Outcome, number> = { imported: 0, there: 0, refused: 0 };
  let admins = 0;
  const show = showRecords();

  async function take(line: string, number: number): Promise<void> {
    const read = readImportLine(line, now());
    let outcome: Outcome = 'refused';
    if ('wrong' in read) complain(`line ${number}: ${read.wrong}`);
    else {
      outcome = await store(users, read.user, isDryRun);
      if (outcome === 'imported' && read.user.roles?.includes(adminRole)) admins += 1;
    }
    counts[outcome] += 1;
    show('lines', counts.imported + counts.there + counts.refused, false);
  }

  await prepared.requireUnique();
  await eachLine(file, take);
  show('lines', counts.imported + counts.there + counts.refused, true);
  const done = isDryRun ? 'would be imported' : 'were imported';
  // A file of another system may call somebody so who is to be none here.
  const ofThem = admins > 0 ? ` (${shown(admins)} with the role ${adminRole})` : '';
  const told = `users: ${shown(counts.imported)} ${done}${ofThem}, ${shown(counts.there)} were there and left alone`;
  if (counts.refused > 0)
    throw new UsageError(
      `${told}, ${shown(counts.refused)} could not be taken. Next: put the lines above right and run it again`,
    );
  say(
    `${told}. Next: ${isDryRun ? 'run it without --dry-run' : 'they sign in, or set a password by a reset'}`,
  );
}

async function store(users: Users, user: NewUser, isDryRun: boolean): Promise<Outcome> {
  try {
    await users.requireFreeEmail(user.email);
    if (!isDryRun) await (await users.draft(user)).store();
    return 'imported';
  } catch (error) {
    if (error instanceof Problem && error.code === 'email_taken') return 'there';
    throw error;
  }
}

/** More than the longest line has, in whatever characters: who reads it still sees that it is longer. */
const mostBytes = 4 * (longestLine + 1);

/** Has each line that is not empty taken, several at once, and reads on only as they are done. */
async function eachLine(file: string, take: (line: string, number: number) => Promise<void>): Promise<void> {
  const input = file === '-' ? process.stdin : createReadStream(file);
  const short = input.pipe(shortLines(mostBytes));
  const lines = createInterface({ input: short, crlfDelay: Number.POSITIVE_INFINITY });
  let unread: unknown;
  // Those who read lines are not told.
  input.once('error', (error: unknown) => {
    unread = error;
    lines.close();
  });
  const failures: unknown[] = [];
  const underWay = new Set<Promise<void>>();
  let number = 0;

  /** Never rejects: while the next line is waited for, nobody would hear of it. */
  async function takeOne(text: string, at: number): Promise<void> {
    try {
      await take(text, at);
    } catch (error) {
      failures.push(error);
      lines.close();
    }
  }

  try {
    for await (const text of lines) {
      // What was read ahead still comes.
      if (failures.length > 0) break;
      number += 1;
      const line = number === 1 ? text.replace(/^\uFEFF/, '') : text;
      if (line.trim() === '') continue;
      const taking: Promise<void> = takeOne(line, number).finally(() => underWay.delete(taking));
      underWay.add(taking);
      if (underWay.size >= atOnce) await Promise.race(underWay);
    }
  } catch (error) {
    if (unread === undefined) throw error;
  } finally {
    // A pipe that stays open would keep the command from its end.
    input.unpipe(short).pause();
    await Promise.all(underWay);
  }
  if (failures.length > 0) throw failures[0];
  if (unread === undefined) return;
  const { code } = unread as { code?: unknown };
  throw new UsageError(`users: the file cannot be read (${String(code)})`, { cause: unread });
}
