import * as z from 'zod/mini';
import { toMailAddress } from '../users/email.ts';

const id = z.string().check(z.minLength(1), z.maxLength(128));
const address = z.string().check(z.refine((text) => toMailAddress(String(text)) === text));

/**
 * What may have to be mailed, and to whom it is about; never a password or token, as it waits in a queue.
 *
 * What an address or user is to us is found out in the job, so that whoever asked for it cannot tell.
 */
const Job = z.discriminatedUnion('kind', [
  /** Confirm the address of a new or waiting account. */
  z.object({ kind: z.literal('verify_email'), id, userId: id }),
  /** The same, asked for by address. */
  z.object({ kind: z.literal('resend'), id, email: address }),
  /** A closed sign-up: confirm it, or say that there is an account. */
  z.object({ kind: z.literal('sign_up'), id, email: address }),
  z.object({ kind: z.literal('forgot_password'), id, email: address }),
  z.object({ kind: z.literal('password_changed'), id, userId: id }),
  /** Confirm a new address, or tell its owner that it has an account. */
  z.object({ kind: z.literal('change_email'), id, userId: id, newEmail: address }),
  /** Tell the old address, with a way back. */
  z.object({ kind: z.literal('email_changed'), id, userId: id, oldEmail: address }),
  z.object({ kind: z.literal('email_change_undone'), id, userId: id }),
  /** Tell the address that an account had; there is nothing else left of it. */
  z.object({ kind: z.literal('account_deleted'), id, email: address }),
]);

export type MailJob = z.infer<typeof Job>;

type WithoutId<J> = J extends { id: string } ? Omit<J, 'id'> : never;

/** A job before it has its id. */
export type NewMailJob = WithoutId<MailJob>;

/** A job as it came out of a queue, or null where it is none. */
export function parseMailJob(input: unknown): MailJob | null {
  return z.safeParse(Job, input).data ?? null;
}
