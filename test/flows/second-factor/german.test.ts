import { expect, test } from 'vitest';
import { secondFactorMails } from '../../../lib/flows/second-factor/letters.ts';
import { form, html, signedUp } from '../../support/browse.ts';
import { testInstances } from '../../support/instances.ts';

const { start } = testInstances('second factor in German');

const german = { ...html, 'accept-language': 'de-AT, de;q=0.9' };

test('a wrong code is told beside its field, in German', async () => {
  const { post } = await signedUp(start());
  await post('/security', { form: 'add_app' });

  const wrong = await post('/security/app', { code: '000000' }, { headers: { ...german, ...form } });

  expect(wrong.status).toBe(403);
  expect(wrong.body).toMatch(/<title>Fehler: Eine Authentifizierungs-App hinzufügen/);
  expect(wrong.body).toMatch(/id="new-app-code-error">Code ist falsch oder wurde schon benutzt/);
});

test('new recovery codes are shown in German, on the page and in its file', async () => {
  const { post, email } = await signedUp(start());

  const made = await post('/security', { form: 'make_codes' }, { headers: { ...german, ...form } });

  const [, file = ''] =
    /href="data:text\/plain;charset=utf-8,([^"]*)" download="(\w|-)+\.txt"/.exec(made.body) ?? [];
  expect(made.body).toMatch(/<h1>Ihre Wiederherstellungscodes<\/h1>/);
  expect(decodeURIComponent(file)).toMatch(`Wiederherstellungscodes von ${email}. Jeder gilt einmal.\n\n`);
});

test('a mail tells in German what happened, and how many recovery codes are left', async () => {
  const instance = start();
  const { email: to } = await signedUp(instance);
  const { services } = instance;
  const holder = await services.users.findTokenHolderByEmail(to);
  const [factorChanged] = secondFactorMails;
  const job = { userId: holder?.user.id ?? '', to, confirmed: true, left: 1 };
  const parts = { ...services, site: 'Werkstatt', now: () => new Date() };

  const used = await factorChanged.find({ ...job, what: 'recovery_code_used' }, parts);
  const letter = await used?.write('de');

  expect(letter?.subject).toBe('Ein Wiederherstellungscode wurde bei Werkstatt benutzt');
  expect(letter?.paragraphs).toEqual([
    expect.stringMatching(/^Es geht um Ihr Konto bei Werkstatt\. /),
    'Einer ist übrig. Erstellen Sie neue in Ihren Einstellungen.',
    expect.stringMatching(/wählen Sie sofort ein neues Passwort:$/),
  ]);
  expect(letter?.link).toEqual({ label: 'Ein neues Passwort wählen', path: '/forgot-password' });
});
