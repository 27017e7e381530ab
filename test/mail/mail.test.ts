import { describe, expect, test } from 'vitest';
import * as account from '../../lib/flows/account/letters.ts';
import * as emailAddress from '../../lib/flows/email-address/letters.ts';
import * as passwordReset from '../../lib/flows/password-reset/letters.ts';
import * as shared from '../../lib/flows/shared/letters.ts';
import * as signUp from '../../lib/flows/sign-in/sign-up/letters.ts';
import { renderLetter } from '../../lib/mail/render.tsx';
import { createClient, eventSources } from '../support/events.ts';
import { testInstances } from '../support/instances.ts';
import { linkIn, mailsTo } from '../support/mail.ts';
import { newAddress, person, signedUp } from '../support/person.ts';

const { start } = testInstances('mail');

const letters = {
  ...shared.letters,
  ...signUp.letters,
  ...passwordReset.letters,
  ...emailAddress.letters,
  ...account.letters,
};

const deployedStage = {
  STAGE: 'prod',
  PUBLIC_URL: 'https://example.com',
  MAIL_FROM: 'Example <no-reply@example.com>',
};

describe('every mail', () => {
  const token = 'T'.repeat(43);
  const all = Object.entries({
    verifyEmail: letters.verifyEmail('a.test', token),
    confirmSignUp: letters.confirmSignUp('a.test', token),
    accountExists: letters.accountExists('a.test'),
    resetPassword: letters.resetPassword('a.test', token),
    passwordChanged: letters.passwordChanged('a.test'),
    factorsTakenAway: letters.factorsTakenAway('a.test'),
    confirmNewEmail: letters.confirmNewEmail('a.test', token),
    newEmailTaken: letters.newEmailTaken('a.test'),
    emailChanged: letters.emailChanged('a.test', '"<b>&x"@evil.test', token),
    emailLost: letters.emailLost('a.test'),
    emailConfirmed: letters.emailConfirmed('a.test'),
    emailChangeUndone: letters.emailChangeUndone('a.test'),
    accountDeleted: letters.accountDeleted('a.test'),
  });

  test('is one of those that are looked at here', () => {
    expect(all.map(([name]) => name).sort()).toEqual(Object.keys(letters).sort());
  });

  test.each(all)(
    '%s has a subject, one link on PUBLIC_URL, and the same words in text and HTML',
    (_name, letter) => {
      const { text, html } = renderLetter(letter, 'https://a.test');

      expect(linkIn({ ...letter, text, html }).origin).toBe('https://a.test');
      expect(letter.subject).toMatch(/^[\w .-]{10,80}$/);
      const words = html.replace(/<(title|style)>.*?<\/\1>/gs, '').replace(/<[^>]*>/g, '');
      for (const paragraph of [...letter.paragraphs, ...letter.closing]) {
        expect(text).toContain(paragraph);
        expect(words.replaceAll('&lt;', '<').replaceAll('&quot;', '"').replaceAll('&amp;', '&')).toContain(
          paragraph,
        );
      }
      expect(html).toMatch(/^<!doctype html>\n<html lang="en">/);
    },
  );

  test('escapes what users typed', () => {
    const { html } = renderLetter(
      letters.emailChanged('a.test', '"<b>&x"@evil.test', token),
      'https://a.test',
    );

    expect(html).toContain('&lt;b>&amp;x');
    expect(html).not.toContain('<b>');
  });

  test('says no name that somebody gave at sign-up, lest a stranger is mailed their text', async () => {
    const instance = start();
    const email = newAddress('victim');

    await person({ instance, email }).auth.post('/auth/sign-up', {
      email,
      password: 'a quiet gull over 7 lamps',
      name: 'Win a prize at http://evil.test',
    });

    const [mail] = await mailsTo(instance, email);
    expect(`${mail!.text}${mail!.html}`).not.toContain('evil.test');
  });
});

describe.each(eventSources)('the outbox over $name', (source) => {
  test('shows the mails of every function to one address, newest first', async () => {
    const instance = start();
    const ada = await signedUp({ instance, source });
    await ada.auth.post('/auth/password/forgot', { email: ada.email });

    const answer = await createClient(instance.handlers.auth, source).get(
      `/dev/outbox?to=${encodeURIComponent(ada.email.toUpperCase())}`,
    );

    expect(answer.status).toBe(200);
    expect(answer.json()).toEqual({
      messages: [
        'Choose a new password for localhost:3000',
        'Confirm your e-mail address for localhost:3000',
      ].map((subject) => ({
        to: ada.email,
        subject,
        text: expect.stringContaining('http://localhost:3000/'),
        html: expect.stringContaining('<html'),
        sentAt: expect.stringMatching(/Z$/),
      })),
    });
  });

  test('is not there in a deployed stage', async () => {
    const instance = start({ environment: deployedStage });

    const answer = await createClient(instance.handlers.auth, source).get('/dev/outbox');

    expect(answer.json()).toMatchObject({ status: 404, code: 'not_found' });
  });
});

test('the outbox without an address shows the newest of all', async () => {
  const instance = start();
  const ada = await signedUp({ instance });

  const { messages } = (await ada.auth.get('/dev/outbox')).json();

  expect(messages[0].to).toBe(ada.email);
});
