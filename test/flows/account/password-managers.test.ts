import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { browse, password, signedUp } from '../../support/browse.ts';
import { type CommandWatch, watchCommands } from '../../support/commands.ts';
import { testDatabase } from '../../support/database.ts';
import { createClient, eventSources } from '../../support/events.ts';
import { type Instance, startInstance } from '../../support/instance.ts';

const database = testDatabase('password_managers');
let instance: Instance;
let watch: CommandWatch;

beforeAll(async () => {
  instance = startInstance({
    database,
    mongoOptions: { monitorCommands: true },
  });
  await database.prepare();
  watch = watchCommands(instance);
});
afterAll(async () => {
  await instance.end();
  await database.drop();
});

/** Each form of a page, with its fields in order. */
function formsOf(body: string): string[][] {
  const forms = body.match(/<form.*?<\/form>/gs) ?? [];
  return forms.map((form) => form.match(/<input[^>]*>/g) ?? []);
}

test.each(eventSources)(
  '/.well-known/change-password leads to the settings, whoever asks, from $name',
  async (source) => {
    const { client } = await signedUp(instance);
    const path = '/.well-known/change-password';
    watch.clear();

    for (const asking of [client, createClient(instance.handlers.pages, source)]) {
      const answer = await asking.get(path);
      expect([answer.status, answer.headers.get('location'), answer.body]).toEqual([302, '/settings', '']);
    }
    // Of who has a session it is read; nothing else is asked for.
    expect(watch.names()).toEqual(['sessions.aggregate']);
  },
);

test('an address that no such page has is 404, by which managers know that the other is there', async () => {
  const { get } = browse(instance);

  expect(
    (await get('/.well-known/resource-that-should-not-exist-whose-status-code-should-not-be-200')).status,
  ).toBe(404);
});

describe('in the settings', () => {
  test('each form that takes a password says before it whose it is, and does not send that', async () => {
    const { get, post, email } = await signedUp(instance);

    const forms = formsOf((await get('/settings')).body).filter((fields) =>
      fields.some((field) => field.includes('type="password"')),
    );

    expect(forms).toHaveLength(3);
    for (const fields of forms) {
      const at = fields.findIndex((field) => field.includes('autocomplete="username"'));
      const username = fields[at] ?? '';
      expect(username).toContain(`value="${email}"`);
      expect(username).toMatch(/ hidden/);
      expect(username).not.toMatch(/ name=/);
      expect(at).toBeLessThan(fields.findIndex((field) => field.includes('type="password"')));
    }
    const sent = { form: 'password', currentPassword: password, newPassword: 'quite another long password' };
    expect((await post('/settings', sent)).headers.get('location')).toBe('/settings');
  });
});

test('fields say what the server does: lengths of addresses and names', async () => {
  const { get } = browse(instance);
  const settings = formsOf((await (await signedUp(instance)).get('/settings')).body).flat();
  const signUp = formsOf((await get('/sign-up')).body).flat();
  const signIn = formsOf((await get('/sign-in')).body).flat();
  const all = [...settings, ...signUp, ...signIn].map((field) => field.toLowerCase());
  const having = (what: string) => all.filter((field) => field.includes(what));

  for (const field of having('type="email"').filter((field) => field.includes(' name=')))
    expect(field).toContain('maxlength="254"');
  for (const field of having('autocomplete="name"')) expect(field).toContain('maxlength="100"');
  for (const field of having('type="password"')) {
    expect(field).toContain('required');
    // Browsers cut a longer one off when it is pasted, and count otherwise than the server.
    expect(field).not.toMatch(/maxlength|minlength/);
  }
});
