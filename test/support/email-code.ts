import type { TestAnswer } from './events.ts';
import type { Person } from './person.ts';

/** What an instance is given to have this way in. */
export const withEmailCode = { EMAIL_CODE: 'true' };

export const tieCookie = 'session_auth_email_code';

/** Has a code mailed to somebody, tied to their browser. */
export function askCode({ auth, email }: Person, about = email): Promise<TestAnswer> {
  return auth.post('/auth/email-code', { email: about }, { expect5xx: true });
}

/** The codes that were mailed to somebody, newest first, as the mails have them. */
export async function codesTo({ auth, email }: Person): Promise<string[]> {
  const { messages } = (await auth.get('/dev/outbox', { query: [['to', email]] })).json();
  return messages.flatMap(({ text }: { text: string }) => /^\d{4} \d{4}$/m.exec(text)?.[0] ?? []);
}

/** The newest of them; throws where there is none. */
export async function codeTo(someone: Person): Promise<string> {
  const [code] = await codesTo(someone);
  if (!code) throw new Error(`no mail to ${someone.email} has a code`);
  return code;
}

/** A code that this one is not. */
export function wrongFor(code: string, by = 1): string {
  return String((Number(code.replace(' ', '')) + by) % 100_000_000).padStart(8, '0');
}

export function confirmCode({ auth }: Person, code: string, more: object = {}): Promise<TestAnswer> {
  return auth.post('/auth/email-code/confirm', { code, ...more }, { expect5xx: true });
}

/** Asks for a code and signs in by it, in the browser of somebody. */
export async function enterByCode(someone: Person, more: object = {}): Promise<TestAnswer> {
  const asked = await askCode(someone);
  if (asked.status !== 202) return asked;
  return confirmCode(someone, await codeTo(someone), more);
}

/** Confirms the address of somebody who has just signed up, by the link of the mail. */
export async function confirmAddress({ auth, email }: Person): Promise<void> {
  const { messages } = (await auth.get('/dev/outbox', { query: [['to', email]] })).json();
  const links = messages.flatMap(({ text }: { text: string }) => /token=([\w-]+)/.exec(text)?.[1] ?? []);
  const { status } = await auth.post('/auth/email/verify', { token: links[0] });
  if (status !== 204) throw new Error(`confirming answered ${status}`);
}
