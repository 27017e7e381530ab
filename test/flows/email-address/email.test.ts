import { describe, expect, test } from 'vitest';
import { invalidToken, resend, userOf, verify } from '../../support/addresses.ts';
import { testClock } from '../../support/clock.ts';
import { eventSources, testContext } from '../../support/events.ts';
import { authorizerEvent } from '../../support/http-event.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo, tokenTo } from '../../support/mail.ts';
import { type Person, person, signedUp } from '../../support/person.ts';

const { start } = testInstances('email');

/** What the authorizer passes on of somebody's address. */
async function toldByAuthorizer({ handlers }: Instance, { cookies }: Person): Promise<unknown> {
  const pairs = Object.entries(cookies.all()).map(([name, value]) => `${name}=${value}`);
  const answer = await handlers.authorizer(authorizerEvent(pairs), testContext());
  return (answer as { context?: Record<string, unknown> }).context?.emailVerified;
}

describe.each(eventSources)('over $name', (source) => {
  test('an address is confirmed by the link of a mail, once', async () => {
    const instance = start();
    const ada = await signedUp({ instance, source });
    const token = await tokenTo(instance, ada.email, '/verify-email');
    expect((await userOf(ada)).emailVerified).toBe(false);

    const answer = await verify(ada, token);

    expect(answer.status).toBe(204);
    expect((await userOf(ada)).emailVerified).toBe(true);
    const elsewhere = person({ instance, source, ip: '192.0.2.8' });
    expect((await verify(elsewhere, token)).json()).toMatchObject(invalidToken);
  });
});

describe('verification', () => {
  test('ASVS 6.4.1: the token lives 24 hours', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const [ada, eve] = [await signedUp({ instance }), await signedUp({ instance })];
    const tokens = await Promise.all(
      [ada, eve].map(({ email }) => tokenTo(instance, email, '/verify-email')),
    );

    clock.pass(24 * 3600 - 1);
    expect((await verify(ada, tokens[0]!)).status).toBe(204);
    clock.pass(1);
    expect((await verify(eve, tokens[1]!)).json()).toMatchObject(invalidToken);
  });

  test('of ten at once, one spends the token', async () => {
    const [here, there] = [start(), start()];
    const ada = await signedUp({ instance: here });
    const token = await tokenTo(here, ada.email, '/verify-email');

    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, n) =>
        verify(person({ instance: n % 2 ? here : there, ip: `192.0.2.${n}` }), token),
      ),
    );

    expect(answers.map(({ status }) => status).sort()).toEqual([204, ...Array<number>(9).fill(400)]);
  });

  test('every session learns of it, for the authorizer', async () => {
    const instance = start();
    const desk = await signedUp({ instance });
    const phone = desk.elsewhere();
    await phone.signIn();
    const told = () => Promise.all([desk, phone].map((each) => toldByAuthorizer(instance, each)));
    expect(await told()).toEqual(['false', 'false']);

    await verify(desk, await tokenTo(instance, desk.email, '/verify-email'));

    expect(await told()).toEqual(['true', 'true']);
  });

  test('is sent again to who is signed in, and the newer link ends the older', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    const older = await tokenTo(instance, ada.email, '/verify-email');

    expect((await resend(ada)).status).toBe(202);

    const newer = await tokenTo(instance, ada.email, '/verify-email');
    expect((await verify(ada, older)).json()).toMatchObject(invalidToken);
    expect((await verify(ada, newer)).status).toBe(204);
    expect((await resend(ada)).status).toBe(202);
    expect(await mailsTo(instance, ada.email)).toHaveLength(2);
  });

  test('is not sent again to who is not signed in, whatever address they name', async () => {
    const instance = start();
    const ada = await signedUp({ instance });

    const answer = await person({ instance }).auth.post('/auth/email/resend', { email: ada.email });

    expect(answer.json()).toMatchObject({ status: 401, code: 'not_signed_in' });
    expect(await mailsTo(instance, ada.email)).toHaveLength(1);
  });

  test('three more mails an hour for one address', async () => {
    const instance = start();
    const ada = await signedUp({ instance });

    for (let n = 0; n < 5; n += 1) expect((await resend(ada)).status).toBe(202);

    expect(await mailsTo(instance, ada.email)).toHaveLength(1 + 3);
  });
});
