import { expect, test } from 'vitest';
import { testClock } from '../support/clock.ts';
import { watchCommands } from '../support/commands.ts';
import { withEmailCode } from '../support/email-code.ts';
import { testInstances } from '../support/instances.ts';
import { observeApi, operations } from '../support/observed-api.ts';
import { startProvider } from '../support/oidc-provider.ts';
import { setRoles } from '../support/roles.ts';

const { start } = testInstances('get changes nothing');

test('ASVS 3.5.3: no GET writes anything to the database, whoever asks and whatever token it has', async () => {
  const provider = await startProvider();
  const environment = { ...withEmailCode, ...provider.environment() };
  // It stands still: use is noted once an hour, and is no change that anybody could cause by a link.
  const instance = start({ environment, now: testClock().now });
  const { visitor } = observeApi();
  const ada = visitor(instance);
  const email = 'ada@example.com';
  const { user } = (
    await ada.call('signUp', { body: { email, password: 'four plain words together' } })
  ).json();
  await setRoles(instance, user.id, ['admin']);
  await ada.call('changeEmail', {
    body: { currentPassword: 'four plain words together', newEmail: 'new@example.com' },
  });
  await visitor(instance).call('forgotPassword', { body: { email } });
  const { messages } = (await ada.call('listOutbox')).json();
  const tokens: string[] = messages.flatMap(
    ({ text }: { text: string }) => /token=([\w-]+)/.exec(text)?.[1] ?? [],
  );
  const reading = [...operations].filter(([, { method }]) => method === 'get');
  const watch = watchCommands(instance);
  const statuses: number[] = [];

  for (const [id, { path }] of reading)
    for (const someone of [ada, visitor(instance)])
      for (const token of tokens) {
        const params = path.startsWith('/admin') ? user.id : 'acme';
        const query: [string, string][] = [
          ['token', token],
          ['code', 'one'],
          ['state', 'another'],
        ];
        const answer = await someone.call(id, { params, query, expect5xx: true });
        statuses.push(answer.status);
      }
  await provider.close();

  expect(tokens.length).toBeGreaterThan(2);
  expect(reading.length).toBeGreaterThan(30);
  expect(statuses.filter((status) => status >= 500)).toEqual([]);
  expect(statuses.filter((status) => status < 400).length).toBeGreaterThan(statuses.length / 3);
  expect(watch.sent.length).toBeGreaterThan(100);
  expect(watch.writes().map(({ name, collection }) => `${collection}.${name}`)).toEqual([]);
});
