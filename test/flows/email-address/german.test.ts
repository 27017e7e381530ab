import { expect, test } from 'vitest';
import { change } from '../../support/addresses.ts';
import { form, html } from '../../support/browse.ts';
import { testInstances } from '../../support/instances.ts';
import { tokenTo } from '../../support/mail.ts';
import { newAddress, otherPassword, person, signedUp, strongPassword } from '../../support/person.ts';

/** What mailed links lead to, for who reads German. */

const { start } = testInstances('email_german');

const german = { ...html, 'accept-language': 'de' };

/** The words of a page. */
const wordsOf = (body: string) => body.replace(/<(style|script)\b.*?<\/\1>/gs, '').replace(/<[^>]*>/g, '');

test('a link says in German whose account it is about, what is wrong, and what it has done', async () => {
  const instance = start();
  const ada = await signedUp({ instance });
  const visitor = person({ instance }).pages;
  const open = async (path: string) => wordsOf((await visitor.get(path, { headers: german })).body);
  const send = async (path: string, fields: Record<string, string>) => {
    const body = new URLSearchParams(fields).toString();
    return wordsOf((await visitor.post(path, body, { headers: { ...german, ...form } })).body);
  };
  const first = await tokenTo(instance, ada.email, '/verify-email');
  await send('/verify-email', { token: first });
  const wanted = newAddress('wanted');
  await change(ada, wanted);
  const token = await tokenTo(instance, wanted, '/verify-email');

  expect(await open(`/verify-email?token=${token}`)).toContain(
    `Dieser Link betrifft das Konto von ${ada.email}.Es soll von da an die Adresse ${wanted} haben.`,
  );
  await send('/verify-email', { token });
  expect(await open(`/verify-email?token=${token}`)).toContain('Melden Sie sich von jetzt an mit ihr an.');
  const undo = await tokenTo(instance, ada.email, '/undo-email');
  const weak = await send('/undo-email', { token: undo, newPassword: 'kurz' });
  expect(weak).toContain('Neues Passwort muss mindestens 15 Zeichen lang sein.');
  await send('/undo-email', { token: undo, newPassword: otherPassword });
  expect(await open(`/undo-email?token=${undo}`)).toContain('Ihre alte E-Mail-Adresse gilt wieder');
});

test('a closed sign-up is told in German that its password is another one', async () => {
  const instance = start({ environment: { REQUIRE_VERIFIED_EMAIL: 'true' } });
  const ada = person({ instance });
  await ada.signUp();
  const token = await tokenTo(instance, ada.email, '/verify-email');
  const body = new URLSearchParams({ token, password: `not ${strongPassword}` }).toString();

  const wrong = await ada.pages.post('/verify-email', body, { headers: { ...german, ...form } });

  expect(wrong.status).toBe(403);
  expect(wrong.body).toMatch(
    /id="confirm-password-error"[^>]*>Das ist nicht das Passwort, das dabei gewählt wurde\./,
  );
});
