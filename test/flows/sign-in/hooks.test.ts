import { beforeEach, describe, expect, test } from 'vitest';
import type { EventsJob, ToldEvent } from '../../../lib/activity/told-event.ts';
import type { AskedSignUp, Hooks } from '../../../lib/flows/shared/hooks.ts';
import { hooks as ownHooks } from '../../../lib/hooks.ts';
import { administrator, somebody } from '../../support/administrators.ts';
import { eventSources, type TestAnswer, testContext } from '../../support/events.ts';
import { testInstances } from '../../support/instances.ts';
import { newAddress, type Person, person, signedUp } from '../../support/person.ts';
import { begin, comeBack, providerPerson } from '../../support/provider-visits.ts';
import { quickPasswords } from '../../support/quick-passwords.ts';
import { testProvider } from '../../support/test-provider.ts';

const { start: startWith } = testInstances('hooks');
const acme = await testProvider('acme');

const words = 'Not today.';
let asked: AskedSignUp[] = [];
let answer: Hooks['beforeSignUp'];
const beforeSignUp: Hooks['beforeSignUp'] = async (signUp) => {
  asked.push(signUp);
  return answer?.(signUp);
};
beforeEach(() => {
  asked = [];
  answer = async () => ({ refuse: words });
});

const start = (hooks: Hooks = { beforeSignUp }, environment = {}) =>
  startWith({ passwords: quickPasswords, hooks, environment: { ...acme.environment(), ...environment } });

const closed = { REQUIRE_VERIFIED_EMAIL: 'true' };
const json = ({ auth, email, password }: Person) =>
  auth.post('/auth/sign-up', { email, password }, { expect5xx: true });
const page = ({ pages, email, password }: Person) =>
  pages.post('/sign-up', String(new URLSearchParams({ email, password })), {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    expect5xx: true,
  });
/** Comes back to us from there. */
async function byProvider(someone: Person): Promise<TestAnswer> {
  const who = { ...providerPerson(), email: someone.email };
  return comeBack(someone, acme.sendBack(await begin(someone), who), 'acme', { expect5xx: true });
}

type Way = [string, (someone: Person) => Promise<TestAnswer>, method: string, environment: object];
const ways: Way[] = [
  ['JSON', json, 'password', {}],
  ['the page', page, 'password', {}],
  ['JSON, where addresses are confirmed first', json, 'password', closed],
  ['the page, where addresses are confirmed first', page, 'password', closed],
  ['a provider', byProvider, 'oidc:acme', {}],
  ['a provider, where addresses are confirmed first', byProvider, 'oidc:acme', closed],
];

describe.each(ways)('a sign-up by %s', (_name, signUp, method, environment) => {
  test('that is refused makes no account, and says why', async () => {
    const instance = start({ beforeSignUp }, environment);
    const ada = person({ instance, ip: '198.51.100.7' });

    const { status, body, cookies } = await signUp(ada);

    expect([status, cookies.filter((cookie) => /session_auth=s/.test(cookie))]).toEqual([403, []]);
    expect(body).toContain(words);
    expect(asked).toEqual([expect.objectContaining({ email: ada.email, method, ip: '198.51.100.7' })]);
    expect(JSON.stringify(asked)).not.toContain(ada.password);
    expect(await ada.status()).toBe(401);
    expect(await instance.services.users.findByEmail(ada.email)).toBeNull();
    expect((await ada.auth.get('/dev/outbox', { query: [['to', ada.email]] })).json().messages).toEqual([]);
  });

  test('that is refused is answered alike where the address has an account', async () => {
    answer = undefined;
    const instance = start({ beforeSignUp }, environment);
    const known = await signedUp({ instance: start() });
    answer = async () => ({ refuse: words });
    asked = [];

    const answers = [
      await signUp(person({ instance, email: known.email })),
      await signUp(person({ instance })),
    ];

    const [one, other] = answers.map(({ status, headers, body }) => {
      const id = headers.get('x-request-id') ?? '';
      return [status, body.replaceAll(id, 'ID').replaceAll(/[\w.]+@mail\.test/g, 'ADDRESS')];
    });
    expect(one).toEqual(other);
    expect(asked).toHaveLength(2);
  });

  test.each([undefined, null])('that is allowed by %s goes on', async (allowed) => {
    answer = async () => allowed;
    const ada = person({ instance: start({ beforeSignUp }, environment) });

    expect([201, 202, 303]).toContain((await signUp(ada)).status);
    expect(asked).toHaveLength(1);
  });

  test.each<[string, Hooks['beforeSignUp']]>([
    ['throws', () => Promise.reject(new Error('the service behind it is down'))],
    ['hangs', () => new Promise(() => undefined)],
    [
      'throws before it begins',
      () => {
        throw new TypeError('a mistake');
      },
    ],
  ])('where the hook %s is 503, and makes no account', async (_what, faulty) => {
    answer = faulty;
    const instance = start({ beforeSignUp }, environment);
    const ada = person({ instance });

    const { status, headers } = await signUp(ada);

    expect([status, headers.get('retry-after')]).toEqual([503, '1']);
    expect(await instance.services.users.findByEmail(ada.email)).toBeNull();
    expect(instance.log.map(({ message }) => message)).toContain('request failed: unavailable');
    expect(JSON.stringify(instance.log)).not.toContain('the service behind it');
  });

  test.each([false, true, 'no', 0, {}, [], { refuse: 7 }, { refused: words }])(
    'where the hook gives %j is 503, makes no account, and the log names the hook',
    async (odd) => {
      answer = async () => odd as never;
      const instance = start({ beforeSignUp }, environment);
      const ada = person({ instance });

      const { status } = await signUp(ada);

      expect(status).toBe(503);
      expect(await instance.services.users.findByEmail(ada.email)).toBeNull();
      const [line] = instance.log.filter(({ message }) => message === 'request failed: unavailable');
      expect(line?.fields).toMatchObject({ hint: expect.stringContaining('beforeSignUp of lib/hooks.ts') });
    },
  );
});

describe('what is done after', () => {
  const done: { hook: string; id: string; email: string | undefined }[] = [];
  let fails = false;
  const noting =
    (hook: string): NonNullable<Hooks['afterSignUp']> =>
    async ({ id }, user) => {
      done.push({ hook, id, email: user?.email });
      if (fails) throw new Error('the CRM is down, says ada@mail.test');
    };
  const hooks = {
    afterSignUp: noting('sign-up'),
    afterSignIn: noting('sign-in'),
    afterEmailChange: noting('change'),
    afterLeaving: noting('leaving'),
  };
  beforeEach(() => {
    done.length = 0;
    fails = false;
  });

  test.each(eventSources)('over $name: is done by the job, with who it is about', async (source) => {
    const jobs: EventsJob[] = [];
    const handEvents = async (job: EventsJob) => void jobs.push(job);
    const instance = startWith({ passwords: quickPasswords, hooks, handEvents });
    const ada = person({ instance, source });
    await ada.signUp();
    await ada.signIn();
    await ada.auth.post('/auth/sign-out');

    expect(done).toEqual([]);
    // Of what no hook is about nothing is handed over.
    expect(jobs.flatMap(({ events }) => events.map(({ type }) => type))).toEqual(['sign_up', 'sign_in']);
    for (const job of jobs) await instance.handlers.mail(JSON.parse(JSON.stringify(job)), testContext());
    expect(done.map(({ hook, email }) => [hook, email])).toEqual([
      ['sign-up', ada.email],
      ['sign-in', ada.email],
    ]);
  });

  test('is tried again where it fails, under the same id, and the log quotes nothing', async () => {
    const jobs: EventsJob[] = [];
    const handEvents = async (job: EventsJob) => void jobs.push(job);
    const instance = startWith({ passwords: quickPasswords, hooks, handEvents });
    await signedUp({ instance });
    fails = true;

    await expect(instance.handlers.mail(jobs[0], testContext())).rejects.toThrow('mail job failed');
    fails = false;
    await instance.handlers.mail(jobs[0], testContext());

    expect(done).toHaveLength(2);
    expect(done[0]).toEqual(done[1]);
    expect(JSON.stringify(instance.log)).not.toContain('CRM');
  });

  test('comes of another address, and of leaving, when nobody is there any more', async () => {
    const instance = startWith({ passwords: quickPasswords, hooks });
    const ada = await signedUp({ instance });
    const newEmail = newAddress('new');
    await ada.account.post('/account/email', { currentPassword: ada.password, newEmail });
    const { messages } = (await ada.auth.get('/dev/outbox', { query: [['to', newEmail]] })).json();
    const [, token] = /token=([\w-]+)/.exec(messages[0].text) ?? [];
    expect((await ada.auth.post('/auth/email/verify', { token })).status).toBe(204);
    await ada.account.delete('/account', { currentPassword: ada.password });

    expect(done.map(({ hook, email }) => [hook, email])).toEqual([
      ['sign-up', ada.email],
      ['change', newEmail],
      ['leaving', undefined],
    ]);
  });
});

test('what an administrator does to somebody is done after for that user alone', async () => {
  const left: string[] = [];
  const afterLeaving = async ({ userId }: ToldEvent) => void left.push(userId);
  const instance = startWith({ passwords: quickPasswords, hooks: { afterLeaving } });
  const boss = await administrator({ instance });
  const ada = await somebody({ instance });

  expect((await boss.admin.delete(`/admin/users/${ada.id}`)).status).toBe(204);

  expect(left).toEqual([ada.id]);
});

test('as it comes there is no hook, and nothing is handed over', async () => {
  const jobs: EventsJob[] = [];
  const instance = startWith({
    passwords: quickPasswords,
    handEvents: async (job) => void jobs.push(job),
  });
  await signedUp({ instance });

  expect(ownHooks).toEqual({});
  expect(jobs).toEqual([]);
});
