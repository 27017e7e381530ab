import type { Config } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import { Problem } from '../base/problem.ts';
import { createIsBreached } from './breached-passwords.ts';
import { userProblems } from './user-problems.ts';
import { weaknessOf, wordsOf } from './weak-password.ts';

/** A password that somebody wants to set. */
export interface NewPassword {
  password: string;
  /** The field of the input that it came in. */
  path: 'password' | 'newPassword';
  /** Whose it is to be. */
  user: { email: string; name?: string | null | undefined };
}

/** What a password must be where it is set; what it was judged by is never asked where it is checked. */
export interface PasswordPolicy {
  /**
   * Length, the commonest ones, and words of the context; without any I/O.
   *
   * @throws {Problem} 422 `weak_password` with the reason.
   */
  requireUncommon(candidate: NewPassword): void;
  /**
   * Breached ones, where `PASSWORD_BREACH_CHECK` asks for it; up to a second.
   *
   * @throws {Problem} 422 `weak_password` with the reason.
   */
  requireUnbreached(candidate: NewPassword): Promise<void>;
  /** Both of the above: ask it before a password is hashed, and before a token is spent. */
  requireStrongPassword(candidate: NewPassword): Promise<void>;
}

export type PasswordPolicyOptions = Pick<
  Config,
  'passwordMinLength' | 'passwordBreachCheck' | 'passwordBreachUrl' | 'publicUrl'
>;

/** Wires the rules for new passwords, without any I/O. */
export function createPasswordPolicy({
  config,
  log,
}: {
  config: PasswordPolicyOptions;
  log: Log;
}): PasswordPolicy {
  /** Found at the first password: Unicode's letters and digits take 2 ms to look up, which a cold start need not. */
  let service: readonly string[] | undefined;
  const serviceWords = () => {
    service ??= [...wordsOf(product), ...hostWords(new URL(config.publicUrl).hostname)];
    return service;
  };
  const isBreached = config.passwordBreachCheck
    ? createIsBreached({ baseUrl: config.passwordBreachUrl, log })
    : async () => false;

  function requireUncommon({ password, path, user }: NewPassword): void {
    // Characters are code points of the NFC form, so that every script and keyboard counts alike.
    if ([...password.normalize('NFC')].length < config.passwordMinLength)
      throw weakPassword(path, `must be at least ${config.passwordMinLength} characters`);
    const weakness = weaknessOf(password, { words: [...serviceWords(), ...userWords(user)] });
    if (weakness) throw weakPassword(path, weakness);
  }

  async function requireUnbreached({ password, path }: NewPassword): Promise<void> {
    if (await isBreached(password)) throw weakPassword(path, 'is known from a data breach');
  }

  return {
    requireUncommon,
    requireUnbreached,
    requireStrongPassword: async (candidate) => {
      requireUncommon(candidate);
      await requireUnbreached(candidate);
    },
  };
}

const product = 'serverless session auth';

function userWords({ email, name }: NewPassword['user']): string[] {
  const [local = '', domain = ''] = email.split(/@(?=[^@]*$)/);
  return [...wordsOf(email), ...wordsOf(local), ...hostWords(domain), ...wordsOf(name ?? '')];
}

/** A host and its labels; the last one, such as "com", says nothing. */
function hostWords(host: string): string[] {
  const labels = host.split('.');
  return [...wordsOf(host), ...wordsOf(labels.slice(0, Math.max(1, labels.length - 1)).join('.'))];
}

function weakPassword(path: string, reason: string): Problem {
  return new Problem(userProblems.weak_password, `The password ${reason}. Choose another one.`, {
    errors: [{ path, message: reason }],
  });
}
