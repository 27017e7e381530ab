import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { buildHandlers } from '../../lib/dev/build.ts';
import { startDatabase } from '../../lib/dev/database.ts';
import { prepareOn } from '../../lib/dev/db-prepare.ts';
import { answering, startOffline } from '../../lib/dev/offline.ts';
import { freePort } from '../../lib/dev/port.ts';
import { copyServiceFiles } from '../support/service-files.ts';

/** What a site is told beside what every one is. */
export type MoreVariables = (url: string) => Promise<Record<string, string>>;

/** All functions under `serverless offline`, on a database of their own. */
export interface Site {
  readonly url: string;
  /** Ends every instance and starts new ones on the same database. */
  restart(): Promise<void>;
  /** The link of the newest mail to an address. */
  linkMailedTo(address: string): Promise<string>;
  /** The code of the newest mail to an address. */
  codeMailedTo(address: string): Promise<string>;
  /** Gives somebody the role, as the command does that makes the first administrator. */
  makeAdministrator(address: string): Promise<void>;
  stop(): Promise<void>;
}

/** @param more variables beside those of a test stage, of the site at `url`. */
export async function startSite(more: MoreVariables = async () => ({})): Promise<Site> {
  const cwd = await mkdtemp(join(tmpdir(), 'site-'));
  const database = await startDatabase();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const env = {
    ...process.env,
    ...(await more(url)),
    MONGODB_URI: database.uri,
    MONGODB_DB: `test_browser_${randomBytes(6).toString('hex')}`,
    SESSION_SECRETS: randomBytes(32).toString('base64url'),
    PUBLIC_URL: url,
    BCRYPT_COST: '10',
    EMAIL_CODE: 'true',
    // Everybody here has one network address.
    RATE_LIMIT_FACTOR: '1000',
  };
  await copyServiceFiles(cwd);
  await buildHandlers({ outDir: join(cwd, 'dist') });
  await prepareOn(env);

  const lines: string[] = [];
  const start = async () => {
    const offline = startOffline({
      port,
      stage: 'test',
      env,
      cwd,
      idleSeconds: 60,
      onLine: (line) => lines.push(line),
    });
    if (!(await answering(`${url}/health/live`, offline.ended)))
      throw new Error(`serverless offline has ended:\n${lines.join('\n')}`);
    return offline;
  };
  let running = await start();

  /** A line of the newest mail to an address. */
  async function lineMailedTo(address: string, form: RegExp): Promise<string> {
    const answer = await fetch(`${url}/dev/outbox?to=${encodeURIComponent(address)}`);
    const { messages } = (await answer.json()) as { messages: { text: string }[] };
    const line = form.exec(messages[0]?.text ?? '')?.[0];
    if (!line) throw new Error(`no mail with ${form} has gone to ${address}`);
    return line;
  }

  return {
    url,
    restart: async () => {
      await running.stop();
      running = await start();
    },
    linkMailedTo: (address) => lineMailedTo(address, /^https?:\S+$/m),
    codeMailedTo: (address) => lineMailedTo(address, /^\d{4} \d{4}$/m),
    makeAdministrator: async (address) => {
      const client = new MongoClient(database.uri);
      const users = client.db(env.MONGODB_DB).collection('users');
      const { matchedCount } = await users.updateOne({ emailKey: address }, { $set: { roles: ['admin'] } });
      await client.close();
      if (matchedCount !== 1) throw new Error(`${address} is nobody's`);
    },
    stop: async () => {
      await running.stop();
      const client = new MongoClient(database.uri);
      await client.db(env.MONGODB_DB).dropDatabase();
      await client.close();
      await database.stop();
      await rm(cwd, { recursive: true, force: true });
    },
  };
}
