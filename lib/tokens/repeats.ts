import { createHash } from 'node:crypto';
import { networkAddress } from '../base/network-address.ts';
import type { RepeatRecords } from '../store/contract.ts';

/** Who asks twice within this gets the first answer again: a double click, a repeat after a lost answer. */
export const repeatMs = 60_000;

/** What may be asked for twice. */
export type Repeatable = 'sign_up' | 'closed_sign_up' | 'change_password' | 'forgot_password';

/** A caller's network address as Express gives it; undefined where the event has none. */
type Ip = string | undefined;

/** What has begun lasts no longer; where it died, it may be begun again after that. */
const begunMs = 5_000;

/**
 * What was done within the last minute, from where: so that who asks twice is answered as the first time.
 *
 * None of it gives any power: whoever finds a mark still has to be shown the password.
 */
export interface Repeats {
  /** Notes what is about to be done, for a minute. */
  note(what: Repeatable, who: string, ip: Ip, subject: string): Promise<void>;
  /** The subject of what was noted within the last minute from the same network, or null. */
  recent(what: Repeatable, who: string, ip: Ip): Promise<string | null>;
  /**
   * Notes it for five seconds, unless somebody else has: of many at once one gets it. Say with `note` that it is done.
   *
   * @returns the subject of whoever came first; `subject` where nobody did.
   */
  begin(what: Repeatable, who: string, ip: Ip, subject: string): Promise<string>;
  /** Takes out what is noted about a subject. */
  erase(subject: string): Promise<void>;
}

export interface RepeatsOptions {
  store: { repeats: RepeatRecords };
  now: () => Date;
}

export function createRepeats({ store: { repeats }, now }: RepeatsOptions): Repeats {
  const later = (milliseconds: number) => new Date(now().getTime() + milliseconds);

  return {
    note: (what, who, ip, subject) => repeats.put(idOf(what, who, ip), subject, later(repeatMs)),
    recent: (what, who, ip) => repeats.find(idOf(what, who, ip), now()),
    begin: async (what, who, ip, subject) => {
      const id = idOf(what, who, ip);
      if (await repeats.begin(id, subject, later(begunMs), now())) return subject;
      return (await repeats.find(id, now())) ?? subject;
    },
    erase: repeats.erase,
  };
}

/** SHA-256 of what was done, by or for whom, and from which network: no address stands in it. */
function idOf(what: Repeatable, who: string, ip: Ip): string {
  const about = ['session-auth repeat', what, who, networkAddress(ip)].join('\0');
  return createHash('sha256').update(about).digest('base64url');
}
