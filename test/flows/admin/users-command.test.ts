import { execFileSync } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import bcrypt from 'bcryptjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem } from '../../../lib/base/problem.ts';
import { importFile } from '../../../lib/dev/users/import-file.ts';
import { readUsersCommand } from '../../../lib/dev/users/read-users-command.ts';
import { shortLines } from '../../../lib/dev/users/short-lines.ts';
import { createUsersServices } from '../../../lib/dev/users/users-services.ts';
import { runVerb } from '../../../lib/dev/users/verbs.ts';
import { confirmed, userOf } from '../../support/addresses.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { newAddress, otherPassword, person, signedUp, strongPassword } from '../../support/person.ts';
import { setRoles } from '../../support/roles.ts';
import { withApp } from '../../support/totp.ts';

/** `npm run users -- …`, on the database of an instance. */

const { start } = testInstances('users command');

/** Runs a command; gives its lines. */
async function users(instance: Instance, ...args: string[]): Promise<string[]> {
  const { config, store } = instance.services;
  const lines: string[] = [];
  await runVerb(createUsersServices(config, store), readUsersCommand(args), (line) => lines.push(line));
  return lines;
}

test('the first administrator is made, and unmade once there is another', async () => {
  const instance = start();
  const [ada, eve] = [await signedUp({ instance }), await signedUp({ instance })];

  const line = (await users(instance, 'grant', ada.email.toUpperCase(), 'admin')).at(-1);
  await users(instance, 'grant', ada.email, 'editor');
  expect(line).toMatch(/has the roles admin, from the next request on\. Next: sign in and open \/admin$/);
  expect((await userOf(ada)).roles).toEqual(['admin', 'editor']);
  await expect(users(instance, 'revoke', ada.email, 'admin')).rejects.toMatchObject({ code: 'last_admin' });
  await expect(users(instance, 'disable', ada.email)).rejects.toMatchObject({ code: 'last_admin' });
  await users(instance, 'grant', (await userOf(eve)).id, 'admin');
  await users(instance, 'revoke', ada.email, 'admin');

  expect((await userOf(ada)).roles).toEqual(['editor']);
  await users(instance, 'revoke', ada.email, 'nothing-that-she-has');
  expect((await userOf(ada)).roles).toEqual(['editor']);
});

test('no role beyond as many as an administrator may give', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  const roles = Array.from({ length: 20 }, (_, at) => `role-${String(at).padStart(2, '0')}`);
  await setRoles(instance, (await userOf(ada)).id, roles);

  await expect(users(instance, 'grant', ada.email, 'more')).rejects.toThrow(/at most 20 roles\. Next: /);
  await users(instance, 'grant', ada.email, 'role-07');

  expect((await userOf(ada)).roles).toEqual(roles);
});

test('roles that are given and taken at once, by several, are all given and taken', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  await users(instance, 'grant', ada.email, 'author');

  await Promise.all([
    ...['editor', 'reader', 'writer'].map((role) => users(instance, 'grant', ada.email, role)),
    users(instance, 'revoke', ada.email, 'author'),
  ]);

  expect((await userOf(ada)).roles).toEqual(['editor', 'reader', 'writer']);
});

test('a role for an address that nobody has confirmed is told to be one: a stranger may have signed up with it', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  const unconfirmed = new RegExp(`^  nobody has confirmed ${ada.email}: `);

  expect((await users(instance, 'grant', ada.email, 'editor'))[0]).toMatch(unconfirmed);
  expect(await users(instance, 'revoke', ada.email, 'editor')).toHaveLength(1);
  await confirmed(instance, ada);

  expect(await users(instance, 'grant', ada.email, 'editor')).toEqual([expect.stringMatching(/^users: /)]);
});

test('somebody is kept out, and let in again', async () => {
  const instance = start();
  const ada = await signedUp({ instance });

  await users(instance, 'disable', ada.email);
  expect(await ada.status()).toBe(401);
  expect((await ada.signIn()).json()).toMatchObject({ code: 'account_disabled' });
  await users(instance, 'enable', ada.email);

  expect((await ada.signIn()).status).toBe(200);
});

test('what is kept of somebody is shown, and no secret', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  const { recoveryCodes } = await withApp(ada, { now: () => new Date() });

  const told = (await users(instance, 'show', ada.email)).join('\n');

  expect(told).toContain(`email: ${ada.email}`);
  expect(told).toMatch(/second factors: totp, recovery_code\n {2}providers: none\n {2}sessions: 1\nusers: /);
  const { credentials } = (await instance.services.store.users.find((await userOf(ada)).id)) ?? {};
  const secrets = [...recoveryCodes, credentials?.password, credentials?.factors?.totp?.secret];
  for (const each of secrets) expect(told).not.toContain(each);
});

describe('ASVS 7.4.5: an administrator ends sessions', () => {
  test('of one user, by id or e-mail address in any case', async () => {
    const instance = start();
    const [ada, eve] = [await signedUp({ instance }), await signedUp({ instance })];
    const phone = ada.elsewhere();
    await phone.signIn();

    const [line] = await users(instance, 'end-sessions', ada.email.toUpperCase());

    expect(line).toMatch(/^users: 2 sessions ended/);
    expect([await ada.status(), await phone.status(), await eve.status()]).toEqual([401, 401, 200]);
    await users(instance, 'end-sessions', (await userOf(eve)).id);
    expect(await eve.status()).toBe(401);
    await expect(users(instance, 'end-sessions', 'nobody')).rejects.toThrow(/no user/);
  });

  test('of everyone', async () => {
    const instance = start();
    const people = [await signedUp({ instance }), await signedUp({ instance })];

    await users(instance, 'end-sessions', '--all');

    for (const someone of people) expect(await someone.status()).toBe(401);
    expect((await people[0]?.signIn())?.status).toBe(200);
  });
});

test.each([
  [],
  ['show'],
  ['show', 'a', 'b'],
  ['show', 'a', '--all'],
  ['grant', 'a'],
  ['grant', 'a', 'editor', 'more'],
  ['end-sessions'],
  ['end-sessions', 'a', '--all'],
  ['import'],
  ['import', 'a', '--all'],
  ['remove', 'a'],
])('what is no command is told how to be one: %s %s %s', (...args) => {
  expect(() => readUsersCommand(args.filter((each) => each !== undefined))).toThrow(
    /npm run users -- show WHO/,
  );
});

test('an id that begins like an option is an id', () => {
  const who = '--f7gEy-p4FjgUdTIvPyQx';

  expect(readUsersCommand(['show', who])).toEqual({ verb: 'show', who });
  expect(readUsersCommand(['revoke', who, 'admin'])).toEqual({ verb: 'revoke', who, role: 'admin' });
});

test.each(['Admin', '1st', 'a role', 'a'.repeat(33), ''])('"%s" is no role', (role) => {
  expect(() => readUsersCommand(['grant', 'a', role])).toThrow(/a role begins with/);
});

describe('an import', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'session-auth-import-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  let files = 0;
  async function importOf(instance: Instance, lines: readonly unknown[], isDryRun = false) {
    files += 1;
    const file = join(folder, `${files}.ndjson`);
    const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
    await writeFile(file, text);
    const { config, store } = instance.services;
    const services = createUsersServices(config, store);
    const [said, wrong]: [string[], string[]] = [[], []];
    const error = await importFile(
      services,
      { file, isDryRun },
      (line) => said.push(line),
      (line) => wrong.push(line),
    ).catch((thrown: Error) => thrown.message);
    return { told: error ?? said.at(-1), wrong };
  }

  test.each(['$2a$', '$2b$', '$2y$'])(
    'has a hash of %s sign in at once, and hashes it anew',
    async (prefix) => {
      const instance = start();
      const email = newAddress();
      const passwordHash = bcrypt.hashSync(strongPassword, 5).replace(/^\$2[aby]\$/, prefix);
      const ada = person({ instance, email });

      await importOf(instance, [
        { email, name: 'Ada', emailVerified: true, passwordHash, roles: ['editor'] },
      ]);

      expect((await ada.signIn(otherPassword)).status).toBe(401);
      expect((await ada.signIn()).json()).toMatchObject({
        user: { email, name: 'Ada', emailVerified: true, roles: ['editor'] },
      });
      const stored = await instance.services.store.users.findByEmailKey(email.toLowerCase());
      expect(stored?.credentials.password).toMatch(/^hmac-sha384:/);
      expect((await ada.signIn()).status).toBe(200);
    },
  );

  test('takes what another system tells, and a user without a password sets one by a reset', async () => {
    const instance = start();
    const email = newAddress();

    await importOf(instance, [{ email, createdAt: '2019-05-06T07:08:09+02:00' }]);

    const found = await instance.services.users.findByEmail(email);
    expect(found).toMatchObject({ email, name: null, emailVerified: false, roles: [] });
    expect(found?.createdAt).toEqual(new Date('2019-05-06T05:08:09Z'));
    expect((await person({ instance, email }).signIn()).status).toBe(401);
    const asked = await person({ instance }).auth.post('/auth/password/forgot', { email });
    expect(asked.status).toBe(202);
  });

  test('leaves who is there alone, and can be run again', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const lines = [{ email: ada.email, name: 'Mallory', roles: ['admin'] }, { email: newAddress() }];

    const dry = await importOf(instance, lines, true);
    const first = await importOf(instance, lines);
    const again = await importOf(instance, lines);

    expect(dry.told).toMatch(/^users: 1 would be imported, 1 were there .* without --dry-run$/);
    expect(first.told).toMatch(/^users: 1 were imported, 1 were there and left alone\. Next: /);
    expect(again.told).toMatch(/^users: 0 were imported, 2 were there/);
    expect(await userOf(ada)).toMatchObject({ name: null, roles: [] });
  });

  test('tells what cannot be taken by its line, shows no value, and stops at nothing', async () => {
    const instance = start();
    const [first, last] = [newAddress(), newAddress()];
    const hash = bcrypt.hashSync('x', 4);
    const bad: [unknown, RegExp][] = [
      ['{"email":', /is no JSON/],
      [[], /./],
      [{ name: 'Ada' }, /email/],
      [{ email: 'secret value' }, /email must be an e-mail address/],
      [{ email: newAddress(), name: '\u200b' }, /name/],
      [{ email: newAddress(), name: 'secret\nvalue' }, /name/],
      [{ email: newAddress(), roles: ['Admin'] }, /roles\.0 must be a role/],
      [{ email: newAddress(), roles: 'admin' }, /roles must be a list/],
      [{ email: newAddress(), passwordHash: `${hash}x` }, /passwordHash must be a hash of bcrypt/],
      [{ email: newAddress(), passwordHash: '{SSHA}secret value' }, /passwordHash/],
      [{ email: newAddress(), emailVerified: 'yes' }, /emailVerified must be true or false/],
      [{ email: newAddress(), createdAt: 'secret value' }, /createdAt must be a time/],
      [{ email: newAddress(), createdAt: '2999-01-01T00:00:00Z' }, /createdAt is in the future/],
      [{ email: newAddress(), password: 'secret value' }, /password/],
      ['x'.repeat(16 * 1024 + 1), /longer than/],
    ];

    const { told, wrong } = await importOf(instance, [
      { email: first },
      ...bad.map(([line]) => line),
      '',
      { email: last },
    ]);

    expect(told).toMatch(new RegExp(`^users: 2 were imported, 0 were .*, ${bad.length} could not be taken`));
    for (const email of [first, last])
      expect(await instance.services.users.findByEmail(email)).not.toBeNull();
    const byLine = new Map(wrong.map((line) => [/^line (\d+): /.exec(line)?.[1], line]));
    bad.forEach(([, what], at) => {
      expect(byLine.get(String(at + 2))).toMatch(what);
    });
    expect(wrong.join()).not.toMatch(/secret value/);
  });

  test('takes no line that is not UTF-8', async () => {
    files += 1;
    const file = join(folder, `${files}.ndjson`);
    const [first, last] = [newAddress(), newAddress()];
    const lines = [first, last].map((email) => `{"email":"${email}","name":"Zo\u00EB"}\n`);
    await writeFile(file, Buffer.concat([Buffer.from(lines[0]!, 'latin1'), Buffer.from(lines[1]!)]));
    const { services } = start();
    const wrong: string[] = [];

    const importing = importFile(
      services,
      { file, isDryRun: false },
      () => undefined,
      (line) => wrong.push(line),
    );

    await expect(importing).rejects.toThrow(/^users: 1 were imported, .* 1 could not be taken/);
    expect(wrong).toEqual(['line 1: is not UTF-8']);
    expect((await services.users.findByEmail(last))?.name).toBe('Zo\u00EB');
  });

  test('keeps no more of a line that is too long than it looks at, and goes on behind it', async () => {
    const short = shortLines(4);
    const whole = text(short);

    for (const part of ['ab', 'cde', 'f'.repeat(70_000), '\r\ngh', 'i\n\nabcd\rabcde']) short.write(part);
    short.end();

    expect(await whole).toBe('abcd\r\nghi\n\nabcd\rabcd');
  });

  test('takes a role that a line names twice once', async () => {
    const instance = start();
    const email = newAddress();

    const { told } = await importOf(instance, [{ email, roles: ['editor', 'author', 'editor'] }]);

    expect(told).toMatch(/^users: 1 were imported, 0 were there/);
    const found = await instance.services.users.findByEmail(email);
    expect(found?.roles).toEqual(['author', 'editor']);
  });

  test('tells how many administrators it has made', async () => {
    const instance = start();
    const lines = [[], ['admin'], ['editor', 'admin']].map((roles) => ({ email: newAddress(), roles }));

    const dry = await importOf(instance, lines, true);
    const { told } = await importOf(instance, lines);

    expect(dry.told).toMatch(/^users: 3 would be imported \(2 with the role admin\), 0 were there/);
    expect(told).toMatch(/^users: 3 were imported \(2 with the role admin\), 0 were there/);
    for (const { email } of lines) {
      const found = await instance.services.users.findByEmail(email);
      await setRoles(instance, found?.id ?? '', []);
    }
  });

  test('shows no name of a field that would be a command to a terminal', async () => {
    const field = '\u001b]52;c;bWFsaWNpb3Vz\u0007\u202e\u009b2J';

    const { wrong } = await importOf(start(), [{ email: newAddress(), [field]: 1 }]);

    expect(wrong.join()).toMatch(/^line 1: .*is not known$/);
    expect(wrong.join()).not.toMatch(/\p{C}/u);
  });

  test('makes nobody where the database is not prepared, and one address could be two users', async () => {
    const instance = start();
    const { config, store } = instance.services;
    const services = createUsersServices(config, { ...store, missing: async () => ['users.email_unique'] });
    const email = newAddress();
    const file = join(folder, 'unprepared.ndjson');
    await writeFile(file, JSON.stringify({ email }));

    await expect(importFile(services, { file, isDryRun: false }, () => undefined)).rejects.toMatchObject({
      code: 'not_prepared',
    });

    expect(await instance.services.users.findByEmail(email)).toBeNull();
  });

  test('of one address many times over makes one user, though they are under way at once', async () => {
    const instance = start();
    const email = newAddress();

    const { told } = await importOf(
      instance,
      Array.from({ length: 20 }, () => ({ email })),
    );

    expect(told).toMatch(/^users: 1 were imported, 19 were there/);
  });

  test.each([1, 4, 5, 9])(
    'ends where the database is away, after line %d of a pipe that stays open',
    async (count) => {
      files += 1;
      const file = join(folder, `${files}.pipe`);
      execFileSync('mkfifo', [file]);
      const away = new Problem('unavailable', 'The database is away.');
      const { services } = start();
      const users = { ...services.users, requireFreeEmail: () => Promise.reject(away) };

      const importing = importFile({ ...services, users }, { file, isDryRun: false }, () => undefined).catch(
        (error: unknown) => error,
      );
      const pipe = await open(file, 'w');
      for (let line = 0; line < count; line += 1) await pipe.write(`{"email":"${newAddress()}"}\n`);

      expect(await importing).toBe(away);
      await pipe.close();
    },
  );
});
