import * as z from 'zod/mini';
import { languages } from '../base/language.ts';
import { toMailAddress } from '../users/email.ts';
import type { MailKind } from './mail-kind.ts';

/** A job as it waits in a queue; what more it says is for its kind to know. */
export type MailJob = { readonly kind: string; readonly id: string };

/** A job before it has its id. */
export type NewMailJob = Omit<MailJob, 'id'>;

/** What the fields of jobs hold. */
export const jobFields = {
  id: z.string().check(z.minLength(1), z.maxLength(128)),
  /** Where a mail goes, in the form that mail is sent to. */
  address: z.string().check(z.refine((text) => toMailAddress(String(text)) === text)),
  /** The account's count of credential changes. */
  credentialsVersion: z.int().check(z.positive()),
  at: z.iso.datetime(),
  /** Of who reads it, where their account may be gone by then; jobs of an older release lack it. */
  language: z.optional(z.nullable(z.enum(languages))),
};

/** Says what a job is that came out of a queue: null where it is none, also one of an older form, which says too little. */
export function mailJobParser(mails: readonly MailKind[]): (input: unknown) => MailJob | null {
  const schemas = new Map(
    mails.map(({ kind, job }) => [kind, z.extend(job, { kind: z.literal(kind), id: jobFields.id })]),
  );
  return function parseMailJob(input) {
    const { kind } = (input ?? {}) as { kind?: unknown };
    const schema = schemas.get(String(kind));
    const job = schema && z.safeParse(schema, input).data;
    return (job as MailJob | undefined) ?? null;
  };
}
