import { expect, test } from 'vitest';
import { administrator, somebody } from '../../support/administrators.ts';
import { form, html } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import { testInstances } from '../../support/instances.ts';
import { mailsTo } from '../../support/mail.ts';
import { withPasskey } from '../../support/passkey.ts';
import { withApp } from '../../support/totp.ts';

/** What administrators read; German where they ask for it. */

const { start } = testInstances('admin_pages');

const german = { headers: { ...html, 'accept-language': 'de-AT, en;q=0.5' } };
const posted = { headers: { ...german.headers, ...form } };

const firefox = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';

/** The words of a page. */
const wordsOf = (body: string) => body.replace(/<(style|script)\b.*?<\/\1>/gs, '').replace(/<[^>]*>/g, '');

test('a user is shown in the words and dates of the administrator, not of the user', async () => {
  const clock = testClock();
  const instance = start({ now: clock.now });
  const { admin } = await administrator({ instance });
  const ada = await somebody({ instance, userAgent: firefox, headers: { 'accept-language': 'en' } });
  await withApp(ada, clock);
  await withPasskey(ada);
  await instance.services.administration.disable(undefined, ada.id);
  await instance.services.administration.enable(undefined, ada.id);
  await ada.signIn();

  const page = await admin.get(`/admin/people/${ada.id}`, german);
  const events = await admin.get(`/admin/events?user=${ada.id}`, german);
  const found = await admin.get(`/admin?query=${ada.email}`, german);

  const format = new Intl.DateTimeFormat('de-AT', {
    ...{ dateStyle: 'medium', timeStyle: 'short', timeZone: 'UTC' },
  });
  const now = `${format.format(clock.now())} UTC`;
  expect(page.body).toContain('<html lang="de">');
  for (const words of [
    `Eine Authentifizierungs-App, seit ${now}`,
    `, seit ${now}`,
    'Wiederherstellungscodes: 10 übrig',
    'Es gibt keine.',
  ])
    expect.soft(wordsOf(page.body)).toContain(words);
  expect(wordsOf(found.body)).toContain(`seit ${now}`);
  expect(wordsOf(events.body)).toContain(`In der Aktivität von ${ada.id}, durch die Betreiber`);
  expect(wordsOf(events.body)).toContain('Firefox 128 unter Windows');
  expect(events.body).toContain('>Konto von der Verwaltung gesperrt</h3>');
  expect(events.body).toContain(
    '<option value="account_disabled">Konto von der Verwaltung gesperrt</option>',
  );
});

test('a role that is none is told beside the field of the roles', async () => {
  const { admin, id } = await administrator({ instance: start() });

  const { body, status } = await admin.post(
    `/admin/people/${id}`,
    new URLSearchParams({ form: 'roles', roles: 'admin, Editor' }).toString(),
    { headers: { ...html, ...form } },
  );

  expect(status).toBe(422);
  expect(body).toMatch(
    /id="roles-roles-error"[^>]*>Roles must be small letters, digits, - and _, at most 32/,
  );
  expect(body).toContain('value="admin, Editor"');
});

test('what is wrong with a form is said in German, beside its field', async () => {
  const instance = start();
  const { admin, email } = await administrator({ instance });
  const { id } = await somebody({ instance });
  const send = (path: string, fields: Record<string, string>) =>
    admin.post(path, new URLSearchParams(fields).toString(), posted);

  const taken = await send('/admin/invitation', { email, name: '', roles: '' });
  const roles = await send(`/admin/people/${id}`, { form: 'roles', roles: 'Editor' });
  const many = Array.from({ length: 21 }, (_, at) => `role-${at}`).join();
  const tooMany = await send(`/admin/people/${id}`, { form: 'roles', roles: many });
  const other = await send(`/admin/people/${id}`, { form: 'delete', email });
  const nobody = await admin.get('/admin/people/nobody', german);

  expect(taken.body).toMatch(
    /id="invitation-email-error"[^>]*>Mit dieser E-Mail-Adresse gibt es schon ein Konto/,
  );
  expect(roles.body).toMatch(/id="roles-roles-error"[^>]*>Eine Rolle besteht aus kleinen Buchstaben/);
  expect(tooMany.body).toMatch(/id="roles-roles-error"[^>]*>Mehr als 20 sind nicht möglich\./);
  expect(other.body).toMatch(
    /id="delete-email-error"[^>]*>E-Mail-Adresse dieses Kontos muss die Adresse dieses Kontos sein\./,
  );
  expect(nobody.body).toContain('Ein Konto mit dieser Kennung gibt es nicht.');
});

test('a letter speaks the language of whom it is about, not of the administrator', async () => {
  const instance = start();
  const { admin } = await administrator({ instance, headers: { 'accept-language': 'en' } });
  const ada = await somebody({ instance, headers: { 'accept-language': 'de' } });
  const of = `/admin/users/${ada.id}`;

  await admin.patch(of, { disabled: true });
  await admin.patch(of, { disabled: false });
  await admin.delete(`${of}/sessions`);
  const told = await mailsTo(instance, ada.email);
  await admin.delete(of);
  const last = await mailsTo(instance, ada.email);

  expect(told.map(({ subject }) => subject).sort()).toEqual([
    'Bestätigen Sie Ihre E-Mail-Adresse für localhost:3000',
    'Ihr Konto bei localhost:3000 wurde freigegeben',
    'Ihr Konto bei localhost:3000 wurde gesperrt',
    'Sie wurden bei localhost:3000 überall abgemeldet',
  ]);
  expect(last.map(({ subject }) => subject)).toEqual(['Ihr Konto bei localhost:3000 wurde gelöscht']);
  for (const { html } of [...told, ...last]) expect(html).toContain('<html lang="de">');
});
