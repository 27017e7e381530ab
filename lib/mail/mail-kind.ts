import type * as z from 'zod/mini';
import type { Language } from '../base/language.ts';
import type { OneTimeTokens } from '../tokens/one-time-tokens.ts';
import type { WaitingSignUps } from '../tokens/waiting-sign-ups.ts';
import type { Users } from '../users/repository.ts';
import type { Letter } from './letter.ts';

/** What jobs look things up in. */
export interface MailParts {
  /** What letters call the service. */
  readonly site: string;
  readonly users: Users;
  readonly tokens: OneTimeTokens;
  readonly waitingSignUps: WaitingSignUps;
  readonly now: () => Date;
}

/** A mail that a job has found to be sent. */
export interface FoundMail {
  to: string;
  /** Whether the address is known to be its owner's; mails to others are counted. */
  confirmed: boolean;
  /** Whom it is about; null where there is no user any more, or not yet. */
  userId: string | null;
  /** Of who reads it; null where that is not known. */
  language: Language | null;
  /** Makes the token and the text; null where what it is about ended meanwhile. */
  write(language: Language): Promise<Letter | null>;
}

/** A kind of mail: what its jobs say, and what becomes of one. */
export interface MailKind<Kind extends string = string, Job extends z.ZodMiniObject = z.ZodMiniObject> {
  readonly kind: Kind;
  /**
   * What a job says beside its kind and id; never a password or token, as it waits in a queue.
   *
   * What an address is to us is found out in the job, so that whoever asked for it cannot tell. Of a user that is
   * known the job says how it stood when the job was made: what came since must not redirect a warning, nor give power
   * to a link that is late.
   */
  readonly job: Job;
  /**
   * What a job comes to; null where there is nothing to say.
   *
   * A job may come hours late, twice, and in any order. So it makes a token only where the account stands as it stood
   * when the job was made, and a warning goes where the account's mail went then.
   */
  find(job: z.infer<Job>, parts: MailParts): Promise<FoundMail | null>;
}

/** Declares a kind of mail, keeping the exact type of its jobs. */
export function mailKind<Kind extends string, Job extends z.ZodMiniObject>(
  definition: MailKind<Kind, Job>,
): MailKind<Kind, Job> {
  return definition;
}

/** The jobs of some kinds of mail, before they have their ids. */
export type JobOf<Kinds extends readonly MailKind[]> = Kinds[number] extends infer Each
  ? Each extends MailKind<infer Kind, infer Job>
    ? { kind: Kind } & z.infer<Job>
    : never
  : never;
