import { randomBytes } from 'node:crypto';
import { parse } from 'cookie';
import type { Request } from 'express';
import type { Config } from '../../base/config.ts';
import { storageId } from '../../sessions/id.ts';
import type { SpentChallenges } from '../../tokens/spent-challenges.ts';
import {
  type Assertion,
  challengeIn,
  challengeMs,
  type Registration,
} from '../../users/passkey-responses.ts';
import { createSeal } from '../../users/seal.ts';
import { cookieAttributes, timesNamed } from '../../web/session/cookie.ts';
import { requireUser } from '../../web/session/require-user.ts';

/** Of one browser at once, for pages side by side; the oldest is forgotten. */
const mostAtOnce = 4;
const cookieForm = /^[\w-]{60,200}(?:\.[\w-]{60,200}){0,3}$/;

/** What a challenge is for: an answer to it is good for nothing else. */
export type ChallengePurpose = 'sign_in' | 'second_factor' | 'registration';

/**
 * Challenges for passkeys: 256 random bits, good for one answer, five minutes, one browser and one purpose.
 *
 * Until it is answered a challenge stands nowhere but in a cookie of that browser, encrypted, so that who asks for
 * many fills no database.
 */
export interface PasskeyChallenges {
  /** Has the answer give the browser a new one. */
  begin(req: Request, purpose: ChallengePurpose): string;
  /** The challenge that an answer names, where it is one of this browser for that purpose, for the first time; or null. */
  spend(req: Request, purpose: ChallengePurpose, answer: Assertion | Registration): Promise<string | null>;
}

export interface PasskeyChallengesOptions {
  config: Pick<Config, 'deployed' | 'cookieSameSite' | 'sessionSecrets'>;
  spentChallenges: SpentChallenges;
  now: () => Date;
}

export function createPasskeyChallenges(options: PasskeyChallengesOptions): PasskeyChallenges {
  const { config, spentChallenges, now } = options;
  const name = config.deployed ? '__Host-passkey' : 'session_auth_passkey';
  const seal = createSeal(config.sessionSecrets, 'passkey challenge');

  /** As the cookie has them, newest first; of one that is not ours, or comes twice, none. */
  function sealedOn(req: Request): string[] {
    const header = req.headers.cookie ?? '';
    if (timesNamed(header, name) !== 1) return [];
    const value = parse(header)[name] ?? '';
    return cookieForm.test(value) ? value.split('.') : [];
  }

  function open(sealed: string, about: string): { challenge: string; expiresAt: Date } | null {
    const [challenge, expiresAt] = seal.open(sealed, about)?.split(' ') ?? [];
    return challenge === undefined ? null : { challenge, expiresAt: new Date(Number(expiresAt)) };
  }

  return {
    begin: (req, purpose) => {
      const challenge = randomBytes(32).toString('base64url');
      const expiresAt = now().getTime() + challengeMs;
      const sealed = seal.close(`${challenge} ${expiresAt}`, aboutOf(req, purpose));
      const kept = [sealed, ...sealedOn(req)].slice(0, mostAtOnce);
      req.res?.cookie(name, kept.join('.'), { ...cookieAttributes(config), maxAge: challengeMs });
      return challenge;
    },
    spend: async (req, purpose, answer) => {
      const named = challengeIn(answer);
      const about = aboutOf(req, purpose);
      const given = sealedOn(req).map((sealed) => open(sealed, about));
      const found = given.find((each) => each?.challenge === named && each.expiresAt > now());
      if (!found) return null;
      return (await spentChallenges.spend(found.challenge, found.expiresAt)) ? found.challenge : null;
    },
  };
}

/** To whom a challenge is bound: nobody, this very session, or whoever is signed in. */
function aboutOf(req: Request, purpose: ChallengePurpose): string {
  if (purpose === 'sign_in') return purpose;
  const whose = purpose === 'second_factor' ? storageId(req.sessionID) : requireUser(req).userId;
  return `${purpose} ${whose}`;
}
