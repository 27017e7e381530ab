import * as z from 'zod/mini';
import { toMailAddress } from '../users/email.ts';

const id = z.string().check(z.minLength(1), z.maxLength(128));
const address = z.string().check(z.refine((text) => toMailAddress(String(text)) === text));
const credentialsVersion = z.int().check(z.positive());
const requestedAt = z.iso.datetime();

/**
 * What may have to be mailed, and to whom it is about; never a password or token, as it waits in a queue.
 *
 * What an address is to us is found out in the job, so that whoever asked for it cannot tell. Of a user that is known
 * the job says how it stood when the job was made: what came since must not redirect a warning, nor give power to a
 * link that is late. `to` is where the mail goes, `confirmed` whether its owner had confirmed that address.
 */
const Job = z.discriminatedUnion('kind', [
  /** Confirm the address of a new account. */
  z.object({ kind: z.literal('verify_email'), id, userId: id, credentialsVersion, to: address }),
  /** The same, or a waiting sign-up, asked for by address. */
  z.object({ kind: z.literal('resend'), id, email: address, requestedAt }),
  /** A closed sign-up: confirm it, or say that there is an account. */
  z.object({ kind: z.literal('sign_up'), id, signUpId: id, email: address }),
  z.object({ kind: z.literal('forgot_password'), id, email: address, requestedAt }),
  z.object({ kind: z.literal('password_changed'), id, userId: id, to: address, confirmed: z.boolean() }),
  /** Confirm a new address, or tell its owner that it has an account. */
  z.object({ kind: z.literal('change_email'), id, userId: id, credentialsVersion, newEmail: address }),
  /** Tell the old address, with a way back if it was confirmed. */
  z.object({
    kind: z.literal('email_changed'),
    id,
    userId: id,
    /** After the change. */
    credentialsVersion,
    to: address,
    confirmed: z.boolean(),
    newEmail: address,
  }),
  /** Tell the new address, whose owner has confirmed it. */
  z.object({ kind: z.literal('email_confirmed'), id, userId: id, to: address }),
  /** Tell the address that is back. */
  z.object({ kind: z.literal('email_change_undone'), id, userId: id, to: address }),
  /** Tell the address that was taken back from. */
  z.object({ kind: z.literal('email_lost'), id, userId: id, to: address }),
  /** Tell the address that an account had; there is nothing else left of it. */
  z.object({ kind: z.literal('account_deleted'), id, email: address, confirmed: z.boolean() }),
]);

export type MailJob = z.infer<typeof Job>;

type WithoutId<J> = J extends { id: string } ? Omit<J, 'id'> : never;

/** A job before it has its id. */
export type NewMailJob = WithoutId<MailJob>;

/** A job as it came out of a queue, or null where it is none: also one of an older form, which says too little. */
export function parseMailJob(input: unknown): MailJob | null {
  return z.safeParse(Job, input).data ?? null;
}
