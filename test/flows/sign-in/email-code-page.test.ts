import { describe, expect, test } from 'vitest';
import { emailCodeMails } from '../../../lib/flows/sign-in/email-code/letters.ts';
import { lockOf } from '../../../lib/tokens/mailed-codes.ts';
import { browse, form, german, hidden, signedUp } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import { withEmailCode } from '../../support/email-code.ts';
import { createClient, eventSource, eventSources, type TestAnswer } from '../../support/events.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { codeOf } from '../../support/totp.ts';

const { start: startWith } = testInstances('page email code');
const start = (now?: () => Date) => startWith({ environment: withEmailCode, ...(now && { now }) });

const page = '/sign-in/code';
const devices: [string, string][] = [['next', '/devices']];
const locationOf = (answer: TestAnswer) => [answer.status, answer.headers.get('location')];

async function mailsTo(instance: Instance, email: string): Promise<string[]> {
  const outbox = createClient(instance.handlers.auth, eventSource('HTTP API, payload 2.0'));
  const { messages } = (await outbox.get('/dev/outbox', { query: [['to', email]] })).json();
  return messages.map(({ text }: { text: string }) => text);
}

/** The newest code that was mailed to an address. */
async function codeTo(instance: Instance, email: string): Promise<string> {
  const [code] = (await mailsTo(instance, email)).flatMap((text) => /^\d{4} \d{4}$/m.exec(text)?.[0] ?? []);
  if (!code) throw new Error(`no mail to ${email} has a code`);
  return code;
}

describe.each(eventSources)('over $name', (source) => {
  test('from the page that signs in to where one wanted to go, by a code', async () => {
    const instance = start();
    const { email } = await signedUp(instance);
    const browser = browse(instance, source);

    const signIn = await browser.get('/sign-in', { query: devices });
    expect(signIn.body).toContain('href="/sign-in/code?next=%2Fdevices"');
    const first = await browser.get(page, { query: devices });
    expect([first.status, hidden(first.body, 'next')]).toEqual([200, '/devices']);
    const asked = await browser.post(page, { form: 'ask', email, next: '/devices' });
    expect(locationOf(asked)).toEqual([303, '/sign-in/code?next=%2Fdevices']);
    const second = await browser.get(page, { query: devices });
    expect(second.body).toContain(`If ${email} has an account`);
    expect(second.body).toMatch(
      /<input[^>]*name="code"[^>]*autocomplete="one-time-code"[^>]*inputmode="numeric"/i,
    );
    expect(hidden(second.body, 'next')).toBe('/devices');
    const code = await codeTo(instance, email);
    const entered = await browser.post(page, { form: 'confirm', code, next: '/devices' });

    expect(locationOf(entered)).toEqual([303, '/devices']);
    expect((await browser.get('/devices')).status).toBe(200);
    expect(locationOf(await browser.get(page))).toEqual([303, '/']);
  });

  test('what is wrong is said in words, and what was chosen stays', async () => {
    const instance = start();
    const { email } = await signedUp(instance);
    const browser = browse(instance, source);
    await browser.post(page, { form: 'ask', email });

    const sent = { form: 'confirm', code: '0000 0000', remember: 'false', next: '/devices' };
    const wrong = await browser.post(page, sent);

    expect(wrong.status).toBe(401);
    expect(wrong.body).toContain('Code is wrong or over. Type it again, or ask for another one.');
    expect(wrong.body).toMatch(/id="confirm-code-error"/);
    expect(wrong.body).toMatch(/<input id="confirm-remember"[^>]* checked/);
    expect(wrong.body).not.toContain('0000 0000');
    expect(hidden(wrong.body, 'next')).toBe('/devices');
    const short = await browser.post(page, { form: 'confirm', code: '1234' });
    expect([short.status, short.body.includes('Code must be 8 digits.')]).toEqual([422, true]);
    const empty = await browser.post(page, { form: 'confirm', code: '' });
    expect([empty.status, empty.body.includes('Code must be filled in.')]).toEqual([422, true]);
    const none = await browser.post(page, { form: 'ask', email: 'nobody' });
    expect([none.status, none.body.includes('must be an e-mail address')]).toEqual([422, true]);
  });
});

test('speaks German to who asks for it, of what is wrong too', async () => {
  const instance = start();
  const { email } = await signedUp(instance);
  const { get, post } = browse(instance);

  expect((await get(page, { headers: german })).body).toContain('Mit einem Code aus einer Mail anmelden');
  await post(page, { form: 'ask', email });
  const wrong = await post(page, { form: 'confirm', code: '0000 0000' }, { headers: { ...form, ...german } });

  expect(wrong.status).toBe(401);
  expect(wrong.body).toContain('Er gilt 10 Minuten lang');
  expect(wrong.body).toContain('Code ist falsch oder abgelaufen. Geben Sie ihn noch einmal ein');
});

test('the mail in German has the code on a line of its own, as in English', async () => {
  const { services } = start();
  const someone = await signedUp(start());
  const [emailCode] = emailCodeMails;
  const job = { email: someone.email, requestedAt: new Date().toISOString(), lock: lockOf('a tie') };
  const found = await emailCode.find(job, { ...services, site: 'a.test', now: () => new Date() });

  const [german, english] = [await found?.write('de'), await found?.write('en')];

  expect(german).toMatchObject({
    subject: 'Ihr Code zur Anmeldung bei a.test',
    paragraphs: [expect.stringContaining('innerhalb von 10 Minuten')],
    code: expect.stringMatching(/^\d{4} \d{4}$/),
  });
  expect(english).toMatchObject({
    subject: 'Your code to sign in at a.test',
    paragraphs: [expect.stringContaining('within 10 minutes')],
    code: expect.stringMatching(/^\d{4} \d{4}$/),
  });
});

test('says the same of an address that has no account', async () => {
  const instance = start();
  const browser = browse(instance);

  const asked = await browser.post(page, { form: 'ask', email: 'nobody.here@example.com' });

  expect(locationOf(asked)).toEqual([303, page]);
  expect((await browser.get(page)).body).toContain('If nobody.here@example.com has an account');
  expect(await mailsTo(instance, 'nobody.here@example.com')).toEqual([]);
});

test('sends another code, and asks for another address where that was wrong', async () => {
  const instance = start();
  const { email } = await signedUp(instance);
  const browser = browse(instance);
  await browser.post(page, { form: 'ask', email, next: '/devices' });
  const first = await codeTo(instance, email);

  const { body } = await browser.get(page, { query: devices });

  expect(hidden(body, 'email')).toBe(email);
  expect(body).toContain('href="/sign-in/code?next=%2Fdevices&amp;anew=true"');
  const anew = await browser.get(page, { query: [...devices, ['anew', 'true']] });
  expect(anew.body).toContain('Tell us your e-mail address');
  await browser.post(page, { form: 'ask', email });
  expect(await codeTo(instance, email)).not.toBe(first);
});

test('asks for the address again where the code is over, or the browser keeps no cookies', async () => {
  const clock = testClock();
  const instance = start(clock.now);
  const { email } = await signedUp(instance);
  const browser = browse(instance);
  await browser.post(page, { form: 'ask', email });
  const code = await codeTo(instance, email);

  clock.pass(10 * 60);

  expect((await browser.get(page)).body).toContain('Tell us your e-mail address');
  const late = await browser.post(page, { form: 'confirm', code });
  expect(late.status).toBe(401);
  expect(late.body).toContain('Tell us your e-mail address');
  expect(late.body).toContain('Code is wrong or over. Type it again, or ask for another one.');
});

test('says in words that there were too many from one network address', async () => {
  const instance = startWith({ environment: { ...withEmailCode, RATE_LIMIT_FACTOR: '0.1' } });
  const browser = browse(instance);

  const answers = [];
  for (let n = 0; n < 3; n += 1)
    answers.push(await browser.post(page, { form: 'ask', email: 'many@example.com' }, { ip: '192.0.2.82' }));

  expect(answers.map(({ status }) => status)).toEqual([303, 303, 429]);
  expect(answers[2]?.body).toContain('Too many attempts. Wait a while and try again.');
  expect(answers[2]?.body).toContain('value="many@example.com"');
});

test('leads to the second factor where there is one, and from there to where one wanted to go', async () => {
  const clock = testClock();
  const instance = start(clock.now);
  const ada = await signedUp(instance);
  await ada.post('/security', { form: 'add_app' });
  const shown = (await ada.get('/security/app')).body;
  const secret = /class="secret">([A-Z2-7 ]+)</.exec(shown)?.[1]?.replaceAll(' ', '') ?? '';
  await ada.post('/security/app', { code: codeOf(secret, clock.now()) });
  await ada.post('/sign-out');
  clock.pass(60);

  await ada.post(page, { form: 'ask', email: ada.email });
  const code = await codeTo(instance, ada.email);
  const entered = await ada.post(page, { form: 'confirm', code, next: '/devices' });

  expect(locationOf(entered)).toEqual([303, '/second-factor?next=%2Fdevices']);
  expect((await ada.get(page)).body).toContain('Your sign-in is not finished');
  const next = { form: 'code', code: codeOf(secret, clock.now()), next: '/devices' };
  expect(locationOf(await ada.post('/second-factor', next))).toEqual([303, '/devices']);
});

test('who ticks the box is signed out with the browser', async () => {
  const instance = start();
  const { email } = await signedUp(instance);
  const browser = browse(instance);
  await browser.post(page, { form: 'ask', email });

  const fields = { form: 'confirm', code: await codeTo(instance, email), remember: 'false' };
  const { cookies } = await browser.post(page, fields);

  const session = cookies.find((line) => line.startsWith('session_auth='));
  expect(session).toBeDefined();
  expect(session).not.toMatch(/max-age|expires/i);
});

test('without EMAIL_CODE there is neither the page nor a word of it', async () => {
  const browser = browse(startWith());

  expect((await browser.get(page)).status).toBe(404);
  expect((await browser.post(page, { form: 'ask', email: 'a@example.com' })).status).toBe(404);
  expect((await browser.get('/sign-in')).body).not.toMatch(/sign-in\/code|Mail me/);
});
