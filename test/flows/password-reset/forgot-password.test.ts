import { describe, expect, test } from 'vitest';
import { watchCommands } from '../../support/commands.ts';
import type { TestAnswer } from '../../support/events.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { linkIn, mailsTo, tokenTo } from '../../support/mail.ts';
import { withoutAws } from '../../support/no-aws.ts';
import { newAddress, otherPassword, type Person, person, signedUp } from '../../support/person.ts';

const { database, start } = testInstances('forgot_password');

const forgot = ({ auth, email }: Person, about = email) =>
  auth.post('/auth/password/forgot', { email: about });
const reset = ({ auth }: Person, token: string, newPassword = otherPassword) =>
  auth.post('/auth/password/reset', { token, newPassword });

/** Has a reset mailed, and gives its token. */
async function askedFor(instance: Instance, someone: Person): Promise<string> {
  expect((await forgot(someone)).status).toBe(202);
  return tokenTo(instance, someone.email, '/reset-password');
}

describe('ASVS 6.3.8: forgot does not tell whether there is an account', () => {
  test('the answer is the same', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const nobody = person({ instance });
    const names = ({ headers }: TestAnswer) => {
      const all: string[] = [];
      headers.forEach((_value, name) => void all.push(name));
      return all;
    };

    const [known, unknown] = [await forgot(ada), await forgot(nobody)];

    expect(unknown.status).toBe(known.status);
    expect(unknown.body).toBe(known.body);
    expect(names(unknown)).toEqual(names(known));
    expect(await mailsTo(instance, nobody.email)).toEqual([]);
  });

  test('in a deployed stage it asks the database the same, and hands over the same job', async () => {
    withoutAws();
    const instance = start({
      environment: {
        STAGE: 'prod',
        PUBLIC_URL: 'https://example.com',
        MAIL_FROM: 'no-reply@example.com',
      },
      mongoOptions: { monitorCommands: true },
    });
    const { email } = await signedUp({ instance });
    const commands = watchCommands(instance);

    expect((await forgot(person({ instance, email }))).status).toBe(202);
    const known = commands.names();
    commands.clear();
    expect((await forgot(person({ instance }))).status).toBe(202);

    expect(commands.names()).toEqual(known);
    expect(known.filter((name) => /^(users|tokens)/.test(name))).toEqual([]);
    const lost = instance.log.filter(({ message }) => message === 'mail job not handed over');
    expect(lost.filter(({ fields }) => fields.kind === 'forgot_password')).toHaveLength(2);
  }, 30_000);
});

describe('the mail', () => {
  test('has one link, whose token has 256 random bits, on PUBLIC_URL whatever Host is named', async () => {
    const instance = start({ environment: { PUBLIC_URL: 'https://auth.example.com' } });
    const ada = await signedUp({ instance });

    await ada.auth.post('/auth/password/forgot', { email: ada.email }, { headers: { host: 'evil.test' } });

    const [mail] = await mailsTo(instance, ada.email);
    const link = linkIn(mail!);
    expect(link.origin + link.pathname).toBe('https://auth.example.com/reset-password');
    expect([...link.searchParams.keys()]).toEqual(['token']);
    expect(Buffer.from(link.searchParams.get('token') ?? '', 'base64url')).toHaveLength(32);
    expect(`${mail!.text}${mail!.html}`).not.toContain('evil.test');
  });

  test('ASVS 6.5.2: the database holds the token hashed, with purpose, user and expiry', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const token = await askedFor(instance, ada);

    const collections = await database.db().listCollections().toArray();
    const stored = await Promise.all(
      collections
        .filter(({ name }) => name !== 'outbox')
        .map(({ name }) => database.db().collection(name).find().toArray()),
    );

    expect(JSON.stringify(stored)).not.toContain(token);
    const { id } = (await ada.auth.get('/auth/session')).json().user;
    const [kept] = await database
      .db()
      .collection('tokens')
      .find({ userId: id, purpose: 'reset_password' })
      .toArray();
    expect(kept!.expiresAt.getTime() - kept!.createdAt.getTime()).toBe(10 * 60_000);
  });
});

describe('limits', () => {
  test('three mails an hour for one address; over it the answer stays 202 and no mail goes out', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const before = (await mailsTo(instance, ada.email)).length;

    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => forgot(person({ instance, ip: `192.0.2.${n}` }), ada.email)),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array(6).fill(202));
    expect(await mailsTo(instance, ada.email)).toHaveLength(before + 3);
  });

  test('twenty an hour from one network address, known or not', async () => {
    const instance = start({ environment: { RATE_LIMIT_FACTOR: '1' } });
    const someone = person({ instance, ip: '192.0.2.77' });

    const answers = await Promise.all(Array.from({ length: 22 }, () => forgot(someone, newAddress('many'))));

    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(20).fill(202), 429, 429]);
  });

  test('twenty wrong tokens an hour from one network address; right ones do not count', async () => {
    const instance = start({ environment: { RATE_LIMIT_FACTOR: '1' } });
    const guesser = person({ instance, ip: '192.0.2.78' });
    for (let n = 0; n < 20; n += 1) expect((await reset(guesser, `wrong-${n}`)).status).toBe(400);

    const answer = await reset(guesser, 'wrong-again');

    expect(answer.json()).toMatchObject({ status: 429, code: 'rate_limited' });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
  });
});
