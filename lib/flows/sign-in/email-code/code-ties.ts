import type { Request } from 'express';
import type { Config } from '../../../base/config.ts';
import { newTie } from '../../../tokens/mailed-codes.ts';
import { emailKey } from '../../../users/email.ts';
import { createSealedCookie } from '../../shared/sealed-cookie.ts';
import { emailCode } from '../manifest.ts';

/** What a browser has asked for. */
export interface CodeTie {
  readonly tie: string;
  /** Where the code goes, if there is an account. */
  readonly email: string;
  readonly askedAt: Date;
}

/**
 * Ties codes to the browsers that asked for them.
 *
 * What was asked for stands nowhere but in a cookie of that browser, encrypted: so who asks for many fills no database,
 * and what is shown later is counted and written down for the same address.
 */
export interface CodeTies {
  /**
   * Has the answer give the browser a new one: codes of the one before are void here.
   *
   * @param keep where no code goes out: then the last one for this address stays good.
   * @returns it, and what a client shows in place of the cookie that keeps none.
   */
  begin(req: Request, email: string, keep: boolean): CodeTie & { token: string };
  /** The last one of this browser, for as long as a code lives; of a cookie that is not ours, or comes twice, none. */
  find(req: Request): CodeTie | null;
  /** Has the answer take it out of the browser. */
  forget(req: Request): void;
}

export interface CodeTiesOptions {
  config: Pick<Config, 'deployed' | 'cookieSameSite' | 'sessionSecrets'>;
  now: () => Date;
}

export function createCodeTies({ config, now }: CodeTiesOptions): CodeTies {
  const { lifetimeMs } = emailCode;
  const [name, about] = ['email-code', 'email code'];
  const cookie = createSealedCookie({ config, name, purpose: about, lifeMs: lifetimeMs, mostAtOnce: 1, now });

  /** The cookie may be newer than what was asked for: see `keep`. */
  function find(req: Request): CodeTie | null {
    const [{ text } = { text: '' }] = cookie.find(req, about);
    const [, tie, at, email] = opened.exec(text) ?? [];
    if (tie === undefined || email === undefined) return null;
    const askedAt = new Date(Number(at));
    return now().getTime() - askedAt.getTime() < lifetimeMs ? { tie, email, askedAt } : null;
  }

  return {
    begin: (req, email, keep) => {
      const last = keep ? find(req) : null;
      const isSame = last && emailKey(last.email) === emailKey(email);
      const asked = isSame ? last : { tie: newTie(), email, askedAt: now() };
      const token = cookie.add(req, `${asked.tie} ${asked.askedAt.getTime()} ${asked.email}`, about);
      return { ...asked, token };
    },
    find,
    forget: cookie.forget,
  };
}

const opened = /^(\S+) (\d+) (.+)$/s;
