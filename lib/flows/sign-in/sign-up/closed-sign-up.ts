import type { Request } from 'express';
import type { Activity } from '../../../activity/activity.ts';
import type { JobOf } from '../../../mail/mail-kind.ts';
import type { MailQueue } from '../../../mail/queue.ts';
import type { Repeats } from '../../../tokens/repeats.ts';
import type { WaitingSignUps } from '../../../tokens/waiting-sign-ups.ts';
import { emailKey } from '../../../users/email.ts';
import type { Passwords } from '../../../users/passwords.ts';
import { callerOf } from '../../../web/caller.ts';
import { askedLanguage } from '../../../web/reader.ts';
import type { EventOf } from '../../flow.ts';
import type { signUpMails } from './letters.ts';
import type { signUp as manifest } from './manifest.ts';

/** Sign-up where an address is confirmed before there is an account (`REQUIRE_VERIFIED_EMAIL`). */
export interface ClosedSignUp {
  /**
   * Keeps a sign-up and has its address mailed: the same commands for every address, known or not; the mail alone
   * says which it was. Asked twice within a minute, with the same password and from the same network, it mails once.
   */
  ask(req: Request, account: { email: string; name: string | null; password: string }): Promise<void>;
}

export interface ClosedSignUpOptions {
  waitingSignUps: WaitingSignUps;
  repeats: Repeats;
  passwords: Passwords;
  activity: Activity<EventOf<typeof manifest>>;
  mailQueue: MailQueue<JobOf<typeof signUpMails>>;
  now: () => Date;
}

export function createClosedSignUp(options: ClosedSignUpOptions): ClosedSignUp {
  const { waitingSignUps, repeats, passwords, activity, mailQueue, now } = options;

  async function ask(
    req: Request,
    { email, name, password }: { email: string; name: string | null; password: string },
  ): Promise<void> {
    const passwordHash = await passwords.hash(password);
    const told = { email, name, language: askedLanguage(req), passwordHash };
    const { id } = await waitingSignUps.add({ ...told, createdAt: now() });
    const first = await repeats.begin('closed_sign_up', emailKey(email), req.ip, id);
    await activity.record('sign_up', null, callerOf(req));
    if (first !== id && (await isOf(first, password))) return waitingSignUps.remove(id);
    await mailQueue.enqueue({ kind: 'sign_up', signUpId: id, email });
    await repeats.note('closed_sign_up', emailKey(email), req.ip, id);
  }

  /** Whether a waiting sign-up has this password; in the same time where it waits no more. */
  async function isOf(signUpId: string, password: string): Promise<boolean> {
    const waiting = await waitingSignUps.find(signUpId);
    if (!waiting) return passwords.verifyNothing(password);
    return (await passwords.verify(password, waiting.passwordHash)).matches;
  }

  return { ask };
}
