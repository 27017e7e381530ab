import type { Instance } from './instance.ts';
import { tokenTo } from './mail.ts';
import { otherPassword, type Person, person, strongPassword } from './person.ts';

/** What people do with their e-mail addresses. */
export const verify = ({ auth }: Person, token: string) => auth.post('/auth/email/verify', { token });
export const undo = ({ auth }: Person, token: string, newPassword = otherPassword) =>
  auth.post('/auth/email/undo', { token, newPassword });
export const resend = ({ auth }: Person) => auth.post('/auth/email/resend');
export const change = ({ account }: Person, newEmail: string, currentPassword = strongPassword) =>
  account.post('/account/email', { currentPassword, newEmail });

/** The user that somebody is signed in as. */
export const userOf = async ({ auth }: Person) => (await auth.get('/auth/session')).json().user;

/** Confirms the address that somebody has signed up with; the link is followed in another browser. */
export async function confirmed(instance: Instance, someone: Person): Promise<void> {
  const { status } = await verify(
    person({ instance }),
    await tokenTo(instance, someone.email, '/verify-email'),
  );
  if (status !== 204) throw new Error(`confirming an address answered ${status}`);
}

/** Changes somebody's address all the way; the link is followed in another browser. */
export async function changed(instance: Instance, someone: Person, newEmail: string): Promise<void> {
  const asked = await change(someone, newEmail);
  const confirmed = await verify(person({ instance }), await tokenTo(instance, newEmail, '/verify-email'));
  if (asked.status !== 202 || confirmed.status !== 204)
    throw new Error(`changing an address answered ${asked.status}, then ${confirmed.status}`);
}

/** The answer to a token that is not, or no longer, one. */
export const invalidToken = { status: 400, code: 'invalid_token' };
