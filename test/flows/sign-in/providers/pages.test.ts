import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { callbackProblems } from '../../../../lib/flows/shared/providers/callback-problems.ts';
import { noticeTexts } from '../../../../lib/flows/shared/texts/texts.ts';
import { browse, german, html, password } from '../../../support/browse.ts';
import { knowing, knownAt, leadsTo, linkProvider, signInThere } from '../../../support/by-provider.ts';
import { testClock } from '../../../support/clock.ts';
import { eventSources, type TestEventSource } from '../../../support/events.ts';
import type { InstanceOptions } from '../../../support/instance.ts';
import { testInstances } from '../../../support/instances.ts';
import { startProvider, type TestProvider } from '../../../support/oidc-provider.ts';
import { newAddress, person } from '../../../support/person.ts';

const { start } = testInstances('pages of providers');
let acme: TestProvider;
let other: TestProvider;

beforeAll(async () => {
  [acme, other] = await Promise.all([startProvider(), startProvider({ id: 'other' })]);
});
afterAll(() => Promise.all([acme.close(), other.close()]));

const icon = '/icons/acme.svg';
const environment = () => knowing(acme.environment({ icon }), other.environment({ name: 'Other & Co' }));

/** A browser of somebody whom both providers know, and whom nobody here does. */
function visitor(options: Partial<InstanceOptions> = {}, source?: TestEventSource) {
  const instance = start({ environment: environment(), ...options });
  const browser = browse(instance, source);
  const email = newAddress();
  for (const each of [acme, other]) knownAt(each, email);
  // The same browser, where it asks the other functions.
  const someone = person({ instance, email, cookies: browser.client.cookies, headers: html });
  return { ...browser, instance, email, someone };
}

/** The same, signed in by a password. */
async function member(options: Partial<InstanceOptions> = {}, source?: TestEventSource) {
  const visiting = visitor(options, source);
  const answer = await visiting.post('/sign-up', { name: 'Ada', email: visiting.email, password });
  expect(leadsTo(answer)).toBe('/');
  return visiting;
}

const withNext = (next: string) => ({ query: [['next', next]] as [string, string][] });

/** What a browser shows of it. */
const textIn = (body: string) =>
  body
    .replaceAll(/<(style|script)[\s\S]*?<\/\1>/g, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replaceAll('&#39;', "'")
    .replaceAll(/\s+/g, ' ');

describe.each(eventSources)('over $name', (source) => {
  test('the button leads to the provider, which leads to where one wanted to go', async () => {
    const { get, email, someone } = visitor({}, source);

    const page = await get('/sign-in', withNext('/devices'));
    const [, href = ''] = /href="(\/sign-in\/with\/acme[^"]*)"/.exec(page.body) ?? [];
    const begun = await get(href.replaceAll('&amp;', '&'));
    expect(leadsTo(begun)).toMatch(new RegExp(`^${acme.issuer}/auth\\?`));
    expect(begun.cookies.join()).toMatch(/session_auth_provider=[^;]+;.*HttpOnly.*SameSite=Lax/i);
    const answer = await someone.auth.get(await signInThere(begun, email));

    expect(leadsTo(answer)).toBe('/devices');
    expect((await get('/')).body).toContain('Hello, Ada Lovelace');
  });

  test('linking is a page that leads on by itself, and comes back with a notice', async () => {
    const { get, post, email, someone } = await member({}, source);

    const onward = await post('/security', { form: 'link_provider', id: 'acme' });

    expect(onward.status).toBe(200);
    const refresh = onward.headers.get('refresh') ?? '';
    expect(refresh).toMatch(new RegExp(`^0; url=${acme.issuer}/auth\\?`));
    const url = refresh.slice('0; url='.length);
    expect(onward.body).toContain(`href="${url.replaceAll('&', '&amp;')}"`);
    expect(textIn(onward.body)).toContain('On to Acme');
    expect(onward.headers.get('cache-control')).toContain('no-store');
    expect(onward.cookies.join()).toContain('session_auth_provider=');
    const back = { ...onward, status: 303, headers: new Headers({ location: url }) };
    expect(leadsTo(await someone.auth.get(await signInThere(back, email)))).toBe('/security');
    const told = await get('/security');
    expect(textIn(told.body)).toContain('The sign-in is linked.');
    expect(told.body).toContain('role="status"');
    expect(textIn((await get('/security')).body)).not.toContain('The sign-in is linked.');
  });
});

describe('buttons', () => {
  test.each(['/sign-in', '/sign-up'])(
    '%s has one for each provider, with its name and icon',
    async (path) => {
      const { get } = visitor();

      const { body, headers } = await get(path);

      const links = [...body.matchAll(/<a class="button second" href="([^"]+)">(.*?)<\/a>/g)];
      expect(links.map(([, href, label = '']) => [href, textIn(label).trim()])).toEqual([
        ['/sign-in/with/acme', expect.stringMatching(/ Acme$/)],
        ['/sign-in/with/other', expect.stringMatching(/ Other & Co$/)],
      ]);
      expect(links.map(([, , label = '']) => /<img[^>]*>/.exec(label)?.[0])).toEqual([
        `<img src="${icon}" alt width="20" height="20"/>`,
        undefined,
      ]);
      expect(headers.get('content-security-policy')).toMatch(/img-src 'self'/);
    },
  );

  test.each(['/sign-in', '/sign-up'])(
    '%s keeps where one wanted to go, if that is a page of ours',
    async (path) => {
      const { get } = visitor();
      const hrefs = async (next: string) =>
        [...(await get(path, withNext(next))).body.matchAll(/href="(\/sign-in\/with\/[^"]+)"/g)].map(
          ([, href]) => href,
        );

      expect(await hrefs('/devices?a=b&c=d')).toEqual([
        '/sign-in/with/acme?next=%2Fdevices%3Fa%3Db%26c%3Dd',
        '/sign-in/with/other?next=%2Fdevices%3Fa%3Db%26c%3Dd',
      ]);
      expect(await hrefs('https://evil.example/')).toEqual(['/sign-in/with/acme', '/sign-in/with/other']);
    },
  );

  test('there are none where there are no providers', async () => {
    const { get, post } = await member({ environment: {} });

    const security = await get('/security');
    await post('/sign-out');
    for (const page of [security, await get('/sign-in'), await get('/sign-up')]) {
      expect(page.status).toBe(200);
      expect(page.body).not.toContain('/with/');
      expect(page.body).not.toMatch(/class="providers"|id="providers"/);
    }
  });
});

describe('what went wrong', () => {
  test.each(callbackProblems)('%s is told on the page in words', async (problem) => {
    const { get } = visitor();

    const { status, body } = await get('/sign-in', { query: [['problem', problem]] });

    expect(status).toBe(200);
    expect(/role="alert">(.*?)<\/div>/s.exec(body)?.[1] ?? '').toContain(noticeTexts.en[problem]);
    expect(body).not.toContain(problem);
  });

  test.each(['nothing', '__proto__', 'constructor', '<script>alert(1)</script>', '', 'a'.repeat(2000)])(
    'a problem that is none is not told: %s',
    async (problem) => {
      const { get } = visitor();

      const { status, body } = await get('/sign-in', { query: [['problem', problem]] });

      expect(status).toBe(200);
      expect(body).not.toContain('role="alert"');
      expect(body).not.toContain('alert(1)');
    },
  );

  test('a problem that is told twice is none', async () => {
    const query: [string, string][] = [
      ['problem', 'provider_denied'],
      ['problem', 'provider_failed'],
    ];
    expect((await visitor().get('/sign-in', { query })).body).not.toContain('role="alert"');
  });

  test('whose address has an account signs in to it, and goes on to link', async () => {
    const { get, post, email } = await member();
    await post('/sign-out');
    const { body } = await get('/sign-in', { query: [['problem', 'account_exists']] });
    expect(body).toContain('<input type="hidden" name="next" value="/security"');

    expect(leadsTo(await post('/sign-in', { email, password, next: '/security' }))).toBe('/security');

    expect(textIn((await get('/security')).body)).toContain('Link Acme');
  });

  test('who is signed in is told on the page of what they can show', async () => {
    const { get } = await member();

    const answer = await get('/sign-in', { query: [['problem', 'provider_denied']] });
    expect(leadsTo(answer)).toBe('/security');

    expect(textIn((await get('/security')).body)).toContain(noticeTexts.en.provider_denied);
    expect(leadsTo(await get('/sign-in', { query: [['problem', 'garbage']] }))).toBe('/');
  });

  test('in German a button says the name where it belongs, and what went wrong is told in German', async () => {
    const { get } = visitor();

    const [signIn, signUp] = await Promise.all([
      get('/sign-in', { headers: german, query: [['problem', 'provider_denied']] }),
      get('/sign-up', { headers: german }),
    ]);

    expect(textIn(signIn.body)).toContain('Mit Acme anmelden');
    expect(textIn(signIn.body)).toContain(noticeTexts.de.provider_denied);
    expect(textIn(signUp.body)).toContain('Mit Other & Co fortfahren');
  });

  test('a provider that is down says so by its name, and harms nothing else', async () => {
    const dead = { ...acme.environment({ id: 'dead', name: 'Dead & Gone', issuer: 'http://127.0.0.1:9' }) };
    const { get } = visitor({
      environment: knowing(acme.environment(), { ...dead, OIDC_SECRET_DEAD: 'secret' }),
    });

    const page = await get('/sign-in/with/dead', { expect5xx: true });

    expect([page.status, page.headers.get('retry-after')]).toEqual([503, '5']);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(textIn(page.body)).toContain('Dead & Gone cannot be reached.');
    const inGerman = await get('/sign-in/with/dead', { headers: german, expect5xx: true });
    expect(textIn(inGerman.body)).toContain('Dead & Gone ist nicht erreichbar.');
    expect(page.cookies).toEqual([]);
    expect((await get('/sign-in')).status).toBe(200);
    expect((await get('/sign-in/with/acme')).status).toBe(303);
  });

  test('a provider that there is none of is no page', async () => {
    const { get } = visitor();

    for (const id of ['nothing', 'ACME', '__proto__', 'constructor']) {
      const { status, body } = await get(`/sign-in/with/${id}`);
      expect([id, status, textIn(body)]).toEqual([id, 404, expect.stringContaining('Error 404')]);
      expect(body).not.toContain('type="password"');
    }
  });
});

describe('the security page', () => {
  test('shows what is linked, since when, and what could be', async () => {
    const { get, someone } = await member();
    const before = (await get('/security')).body;
    expect(textIn(before)).toMatch(/Other services none .*Link Acme .*Link Other & Co/);

    await linkProvider(someone);

    const { body } = await get('/security');
    expect(textIn(body)).toMatch(/Other services 1 .* Acme Linked .*Unlink Acme .*Link Other & Co/);
    expect(body).toMatch(/<h3>Acme<\/h3><p class="quiet">Linked <time datetime="[^"]+"/);
    expect(textIn(body)).not.toContain('Link Acme');
    expect(body).not.toContain(acme.people.get(someone.email)?.sub);
  });

  test('unlinks, tells it, and signs the others out', async () => {
    const { get, post, someone, email, instance } = await member();
    await linkProvider(someone);
    const there = browse(instance);
    await there.post('/sign-in', { email, password });

    expect(leadsTo(await post('/security', { form: 'unlink_provider', id: 'acme' }))).toBe('/security');

    expect(textIn((await get('/security')).body)).toMatch(/The sign-in is unlinked.*Link Acme/);
    expect(leadsTo(await there.get('/security'))).toBe('/sign-in?next=%2Fsecurity');
  });

  test('says why the last way in stays', async () => {
    const { get, post, someone, email } = visitor();
    const begun = await get('/sign-in/with/acme');
    await someone.auth.get(await signInThere(begun, email));

    const answer = await post('/security', { form: 'unlink_provider', id: 'acme' });

    expect(answer.status).toBe(409);
    expect(/role="alert">(.*?)<\/div>/s.exec(answer.body)?.[1]).toContain('could not sign in any more');
  });

  test('says what is linked already, and what is not', async () => {
    const { post, someone } = await member();
    await linkProvider(someone);

    const answers = [
      await post('/security', { form: 'link_provider', id: 'acme' }),
      await post('/security', { form: 'unlink_provider', id: 'other' }),
      await post('/security', { form: 'link_provider', id: 'nothing' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([409, 404, 404]);
    expect(textIn(answers[0]?.body ?? '')).toContain('You sign in by Acme already.');
  });

  test('a provider that is down is named where it is to be linked', async () => {
    const dead = acme.environment({ id: 'dead', name: 'Dead', issuer: 'http://127.0.0.1:9' });
    const { post } = await member({ environment: { ...dead, OIDC_SECRET_DEAD: 'secret' } });

    const page = await post('/security', { form: 'link_provider', id: 'dead' }, { expect5xx: true });

    expect(page.status).toBe(503);
    expect(textIn(page.body)).toContain('Dead cannot be reached.');
  });
});

describe('who has nothing but a provider', () => {
  test('shows anew by its button who they are, and comes back to what they wanted', async () => {
    const clock = testClock(new Date(Date.now() - 11 * 60_000));
    const { get, post, someone, email } = visitor({ now: clock.now });
    await someone.auth.get(await signInThere(await get('/sign-in/with/acme'), email));
    clock.pass(11 * 60);

    expect(leadsTo(await post('/security', { form: 'add_app' }))).toBe('/reauthenticate?next=%2Fsecurity');
    const { body } = await get('/reauthenticate', withNext('/security'));
    expect(textIn(body)).toContain('Sign in again with Acme');
    expect(textIn(body)).not.toContain('Other & Co');
    expect(body).not.toContain('type="password"');
    const [, href = ''] = /href="(\/sign-in\/with\/acme[^"]*)"/.exec(body) ?? [];
    const begun = await get(href.replaceAll('&amp;', '&'));
    expect(new URL(leadsTo(begun)).searchParams.get('max_age')).toBe('600');
    expect(leadsTo(await someone.auth.get(await signInThere(begun, email)))).toBe('/security');

    expect(leadsTo(await post('/security', { form: 'add_app' }))).toBe('/security/app');
  });

  test('has a page that speaks of no password', async () => {
    const { get, someone, email } = visitor();
    await someone.auth.get(await signInThere(await get('/sign-in/with/acme'), email));

    const text = textIn((await get('/security')).body);

    expect(text).toContain('You sign in without one. You can set a password');
    expect(text).not.toContain('Do without a password');
  });
});
