import { expect, test } from 'vitest';
import { emailKey } from '../../lib/users/email.ts';
import { undo } from '../support/addresses.ts';
import { address, failures, home, limitedInstances } from '../support/limited-instances.ts';
import { tokenTo } from '../support/mail.ts';
import { newAddress, person, signedUp, strongPassword } from '../support/person.ts';

const { instances, limits } = limitedInstances('limits_new_address');
const [instance] = instances;

const lock = (email: string) => failures(100, (at) => limits.signIn(emailKey(email), address(at)));
const signInAt = async (email: string) => {
  const { status } = await person({ instance, email, ip: home }).signIn();
  return status;
};

test('failed sign-ins go with the address: a change and its undo open the new one and forget the old one', async () => {
  const [oldEmail, newEmail] = [newAddress('old'), newAddress('new')];
  const ada = await signedUp({ instance, email: oldEmail });
  await ada.auth.post('/auth/email/verify', { token: await tokenTo(instance, oldEmail, '/verify-email') });
  await ada.account.post('/account/email', { currentPassword: strongPassword, newEmail });
  const confirming = await tokenTo(instance, newEmail, '/verify-email');
  await lock(oldEmail);
  await lock(newEmail);

  expect((await ada.auth.post('/auth/email/verify', { token: confirming })).status).toBe(204);

  expect(await signInAt(newEmail)).toBe(200);
  // Nobody's address by now, and no guess at it has been made since.
  expect(await signInAt(oldEmail)).toBe(401);

  const token = await tokenTo(instance, oldEmail, '/undo-email');
  await lock(oldEmail);
  await lock(newEmail);
  expect((await undo(person({ instance }), token)).status).toBe(204);
  // Whatever the password is now, it is looked at.
  expect(await signInAt(oldEmail)).not.toBe(429);
  expect(await signInAt(newEmail)).toBe(401);
});
