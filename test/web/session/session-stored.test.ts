import { expect, test } from 'vitest';
import { browser } from '../../support/session-app.ts';
import { idIn } from '../../support/session-cookie.ts';
import { sessionInstances } from '../../support/session-instances.ts';
import { wholeUser } from '../../support/stock/app.ts';
import { stockCases } from '../../support/stock/cases.ts';

/** What lies in the database of a session, and beside it the same on express-session and its stores as they come. */

const { database, start } = sessionInstances('session_stored');
const { onStock } = stockCases('session_stored');

test('sign-in stores the id of the user, nothing else of theirs, and not the id of the session', async () => {
  const { handler } = start();
  const client = browser(handler);
  const account = {
    email: 'ada@example.com',
    password: 'correct horse battery staple',
    name: 'Ada Lovelace',
  };

  await client.post('/auth/sign-up', account);

  const user = await database.db().collection('users').findOne({});
  const stored = await database.db().collection('sessions').find().toArray();
  expect(stored).toHaveLength(1);
  const text = JSON.stringify(stored);
  expect(text).toContain(user!._id);
  const id = idIn(client.cookies.get('session_auth')!);
  const hash = user!.credentials.password;
  expect(hash).toContain('$2b$');
  for (const other of [hash, account.email, account.name, id]) expect(text).not.toContain(other);
});

onStock(
  'sign-in stores the whole user that it puts into the session, the hash of the password too',
  async (stock) => {
    const { handler } = await stock.start();

    await browser(handler).post('/enter/whole');

    const [stored] = await stock.sessions();
    expect(stored!.session.user).toEqual(wholeUser);
    expect(wholeUser).toHaveProperty('passwordHash');
  },
);

onStock('the id that the cookie carries is stored as it is', async (stock) => {
  const { handler } = await stock.start();
  await stock.deleteSessions();
  const client = browser(handler);

  await client.post('/enter');

  const [stored] = await stock.sessions();
  expect(decodeURIComponent(client.cookies.get('connect.sid')!)).toContain(`s:${stored!.id}.`);
});
