import { Secret, TOTP } from 'otpauth';
import type { TestClock } from './clock.ts';
import type { Person } from './person.ts';

/** An authenticator app that has taken over a secret. */
export interface AuthenticatorApp {
  readonly recoveryCodes: string[];
  /** The code of now, or of so many steps later. */
  code(later?: number): string;
}

export function codeOf(secret: string, at: Date): string {
  const totp = new TOTP({ secret: Secret.fromBase32(secret), algorithm: 'SHA1', digits: 6, period: 30 });
  return totp.generate({ timestamp: at.getTime() });
}

/** Adds an authenticator app to somebody's account, who is signed in. */
export async function withApp(someone: Person, clock: Pick<TestClock, 'now'>): Promise<AuthenticatorApp> {
  const begun = await someone.account.post('/account/totp');
  if (begun.status !== 201) throw new Error(`beginning answered ${begun.status}: ${begun.body}`);
  const { secret } = begun.json();
  const code = (later = 0) => codeOf(secret, new Date(clock.now().getTime() + later * 30_000));
  const confirmed = await someone.account.post('/account/totp/confirm', { code: code() });
  if (confirmed.status !== 200) throw new Error(`confirming answered ${confirmed.status}: ${confirmed.body}`);
  return { recoveryCodes: confirmed.json().recoveryCodes, code };
}
