import * as z from 'zod/mini';
import type { Language } from '../../lib/base/language.ts';
import { mails } from '../../lib/flows/letters.ts';
import { changeEmail } from '../../lib/flows/shared/token-kinds.ts';
import type { Letter } from '../../lib/mail/letter.ts';
import type { MailKind } from '../../lib/mail/mail-kind.ts';
import { changed, confirmed, userOf } from './addresses.ts';
import type { Instance } from './instance.ts';
import { newAddress, signedUp, strongPassword } from './person.ts';

type Kind = (typeof mails)[number]['kind'];

/** An address as somebody may have typed it: it is one, and has markup in it. */
export const oddAddress = '"<b>&x"@evil.test';

/** What the jobs of a kind may tell of, where there is more than one thing. */
function tellsOf(kind: Kind): string[] {
  const { job } = mails.find((each) => each.kind === kind) as MailKind;
  return z.toJSONSchema(job.shape.what as z.ZodMiniType).enum as string[];
}

/** Jobs of every kind, so that each letter is written by one at least; two users and a sign-up are made for them. */
async function jobsOf(instance: Instance): Promise<Record<Kind, readonly Record<string, unknown>[]>> {
  const { users, tokens, waitingSignUps, now } = instance.services;
  const [ada, bob] = [await signedUp({ instance }), await signedUp({ instance })];
  const old = bob.email;
  await confirmed(instance, bob);
  await changed(instance, bob, newAddress('bob'));
  const [adaId, bobId]: string[] = [(await userOf(ada)).id, (await userOf(bob)).id];
  const bobNow = await users.findTokenHolderById(bobId!);
  const [undoable] = bobNow!.addressChanges;
  const requestedAt = now().toISOString();

  const email = newAddress('waiting');
  const waiting = await waitingSignUps.add({
    ...{ email, name: null, passwordHash: strongPassword, createdAt: now() },
  });
  const wanted = newAddress('wanted');
  const version = bobNow!.credentialsVersion;
  for (const [id, newEmail, credentialsVersion] of [
    [adaId!, wanted, 1],
    [bobId!, ada.email, version],
  ] as const)
    await tokens.issue(changeEmail, id, { email: newEmail, credentialsVersion });

  const toAda = { userId: adaId, to: ada.email, confirmed: true };
  const ofAda = { ...toAda, credentialsVersion: 1 };
  return {
    verify_email: [ofAda],
    password_changed: [toAda],
    factors_taken_away: [toAda],
    sign_up: [
      { signUpId: waiting.id, email },
      { signUpId: waiting.id, email: ada.email },
    ],
    forgot_password: [{ email: ada.email, requestedAt }],
    resend: [
      { email, requestedAt },
      { email: ada.email, requestedAt },
    ],
    change_email: [
      { ...ofAda, newEmail: wanted },
      { userId: bobId, credentialsVersion: version, newEmail: ada.email },
    ],
    email_changed: [
      {
        userId: bobId,
        credentialsVersion: undoable!.version,
        to: old,
        confirmed: true,
        newEmail: oddAddress,
      },
      { userId: bobId, credentialsVersion: 99, to: old, confirmed: true, newEmail: oddAddress },
    ],
    email_confirmed: [toAda],
    email_change_undone: [toAda],
    email_lost: [toAda],
    account_deleted: [{ email: ada.email, confirmed: true }],
    factor_changed: tellsOf('factor_changed').flatMap((what) =>
      [undefined, 0, 1, 2, 3].map((left) => ({ ...toAda, what, left })),
    ),
    email_code: [{ email: ada.email, requestedAt, lock: 'L'.repeat(43) }],
    password_taken_away: [toAda],
    invitation: [ofAda],
    changed_by_administrator: tellsOf('changed_by_administrator').map((what) => ({ ...toAda, what })),
  };
}

/** Each letter in a language, by the job that has it written. */
export async function everyLetter(
  instance: Instance,
  language: Language,
  site: string,
): Promise<[job: string, letter: Letter][]> {
  const jobs = await jobsOf(instance);
  const letters: [string, Letter][] = [];
  for (const mail of mails as readonly MailKind[])
    for (const job of jobs[mail.kind as Kind]) {
      const name = `${mail.kind} ${JSON.stringify(job)}`;
      const found = await mail.find(job, { ...instance.services, site });
      const letter = await found?.write(language);
      if (!letter) throw new Error(`nothing to write: ${name}`);
      letters.push([name, letter]);
    }
  return letters;
}
