import { describe, expect, test } from 'vitest';
import type { Operation } from '../../../lib/web/operation.ts';
import { administrator, somebody } from '../../support/administrators.ts';
import { html } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import type { RequestOptions } from '../../support/events.ts';
import { eventSources } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { operations } from '../../support/observed-api.ts';
import { type Person, person } from '../../support/person.ts';
import { withApp } from '../../support/totp.ts';

/** To everybody but an administrator there is nothing below `/admin`, whatever they send. */

const { start } = testInstances('administrators only');
const withSecondFactor = { environment: { ADMIN_SECOND_FACTOR: 'true' } };

const ofAdmin = [...operations.values()].filter(({ path }) => /^\/admin(\/|$)/.test(path)) as Operation[];

/** What would be another answer than 404 if it were looked at. */
const bodies: Record<string, Pick<RequestOptions, 'body' | 'headers'>> = {
  'nothing else wrong': {},
  'a body that is no JSON': { body: '{', headers: { 'content-type': 'application/json' } },
  'a body of another type': { body: 'x', headers: { 'content-type': 'text/plain' } },
  'a form that is none': { body: 'a=%', headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  'a body that is too large': { body: 'x'.repeat(17_000), headers: { 'content-type': 'application/json' } },
  'what does not fit': { body: { nonsense: 'x' } },
};

/** Asks for everything, in every way. @returns how many answers there were, and those that tell that something is there. */
async function tellingAnswers({ admin }: Person): Promise<{ asked: number; telling: string[] }> {
  const telling: string[] = [];
  let asked = 0;
  for (const { method, path } of ofAdmin)
    for (const [name, given] of Object.entries(bodies)) {
      if (method === 'get' && given.body !== undefined) continue;
      const methods = method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()];
      for (const each of methods)
        for (const query of [[], [['limit', '0']]] as [string, string][][]) {
          const request = { method: each, path: path.replace('{id}', 'some-id'), query, ...given };
          const answer = await admin.request(request);
          asked += 1;
          const isNothing = each === 'HEAD' || answer.json().detail === 'There is nothing at this address.';
          if (answer.status !== 404 || !isNothing) telling.push(`${each} ${path}, ${name}: ${answer.status}`);
        }
    }
  return { asked, telling };
}

describe.each(eventSources)('over $name', (source) => {
  test('there is nothing for who is not signed in, nor for who is no administrator', async () => {
    const instance = start();
    const nobody = person({ instance, source });
    const ada = await somebody({ instance, source });
    await instance.services.administration.setRoles(undefined, ada.id, ['editor']);

    for (const who of [nobody, ada]) {
      const { asked, telling } = await tellingAnswers(who);
      expect(telling).toEqual([]);
      expect(asked).toBeGreaterThan(100);
    }
  });
});

describe('where the service asks for a second factor', () => {
  test('there is nothing without it, and everything with it', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now, ...withSecondFactor });
    const boss = await administrator({ instance });

    expect((await tellingAnswers(boss)).telling).toEqual([]);
    const app = await withApp(boss, clock);
    expect((await boss.admin.get('/admin/users')).status).toBe(200);
    await boss.signIn();
    expect((await tellingAnswers(boss)).telling).toEqual([]);
    clock.pass(30);
    await boss.auth.post('/auth/second-factor', { code: app.code() });

    expect((await boss.admin.get('/admin/users')).status).toBe(200);
    expect((await boss.admin.get('/admin', { headers: html })).status).toBe(200);
  });

  test('pages lead to it only who gets in', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now, ...withSecondFactor });
    const boss = await administrator({ instance });
    const leads = async () =>
      (await boss.pages.get('/settings', { headers: html })).body.includes('"/admin"');

    expect(await leads()).toBe(false);
    await withApp(boss, clock);
    expect(await leads()).toBe(true);
  });
});

test.each(['demoted', 'disabled'] as const)(
  'an administrator who is %s has nothing at the next request',
  async (how) => {
    const [here, there] = [start(), start()];
    const boss = await administrator({ instance: here });
    const other = await administrator({ instance: there });
    expect((await boss.admin.get('/admin/users')).status).toBe(200);

    const change = how === 'demoted' ? { roles: ['editor'] } : { disabled: true };
    expect((await other.admin.patch(`/admin/users/${boss.id}`, change)).status).toBe(200);

    expect((await tellingAnswers(boss)).telling).toEqual([]);
    expect((await other.admin.get('/admin/users')).status).toBe(200);
  },
);

test('a browser sees the page of an address that nothing serves', async () => {
  const instance = start();
  const ada = await somebody({ instance });
  const withoutId = (body: string) => body.replace(/<code>[^<]*<\/code>/, '');

  const [admin, nowhere] = [
    await ada.admin.get('/admin', { headers: html }),
    await ada.pages.get('/no/such/page', { headers: html }),
  ];

  expect([admin.status, withoutId(admin.body)]).toEqual([404, withoutId(nowhere.body)]);
});

test('every operation below /admin says that it is for administrators, and no other does', () => {
  expect(ofAdmin.length).toBeGreaterThan(15);
  expect([...operations.values()].filter(({ needs }) => needs === 'admin')).toEqual(ofAdmin);
});
