import { expect, test } from 'vitest';
import { testInstances } from '../../support/instances.ts';
import { tokenTo } from '../../support/mail.ts';
import { person } from '../../support/person.ts';

const { database, start } = testInstances('old sign-ups');

test('a sign-up that waited in the old form is confirmed with its password', async () => {
  const instance = start({ environment: { REQUIRE_VERIFIED_EMAIL: 'true' } });
  const ada = person({ instance });
  await ada.signUp();
  const token = await tokenTo(instance, ada.email, '/verify-email');
  const signUps = database.db().collection('sign_ups');
  const stored = await signUps.findOne({ email: ada.email });
  expect(stored).toMatchObject({ credentials: { password: expect.stringContaining('$2b$') } });
  const { credentials, ...rest } = stored!;
  await signUps.replaceOne({ _id: rest._id }, { ...rest, passwordHash: credentials.password });

  const guessed = await ada.auth.post('/auth/email/verify', { token, password: 'a guess that is wrong' });
  const confirmed = await ada.auth.post('/auth/email/verify', { token, password: ada.password });

  expect([guessed.status, confirmed.status]).toEqual([403, 204]);
  expect((await ada.signIn()).status).toBe(200);
  expect(await signUps.countDocuments({ email: ada.email })).toBe(0);
});
