import { randomBytes } from 'node:crypto';
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
import { isByToken } from '../../web/session/by-token.ts';
import { requireUser } from '../../web/session/require-user.ts';
import { type Begun, createSealedCookie } from './sealed-cookie.ts';

/** Of one browser at once, for pages side by side; the oldest is forgotten. */
const mostAtOnce = 4;

/** What a challenge is for: an answer to it is good for nothing else. */
export type ChallengePurpose = 'sign_in' | 'second_factor' | 'registration';

/**
 * Challenges for passkeys: 256 random bits, good for one answer, five minutes, one browser and one purpose.
 *
 * Until it is answered a challenge stands nowhere but in a cookie of that browser, encrypted, so that who asks for
 * many fills no database. A client that keeps no cookies gets one that says all of that itself, sealed: what it names in
 * its answer is enough.
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
  const cookie = createSealedCookie({
    config,
    name: 'passkey',
    purpose: 'passkey challenge',
    lifeMs: challengeMs,
    mostAtOnce,
    now,
  });
  const sealed = createSealedChallenges(options);

  return {
    begin: (req, purpose) => {
      if (isByToken(req)) return sealed.begin(aboutOf(req, purpose));
      const challenge = randomBytes(32).toString('base64url');
      cookie.add(req, challenge, aboutOf(req, purpose));
      return challenge;
    },
    spend: async (req, purpose, answer) => {
      const named = challengeIn(answer);
      const about = aboutOf(req, purpose);
      const found = isByToken(req)
        ? sealed.find(named, about)
        : cookie.find(req, about).find(({ text }) => text === named);
      if (!found) return null;
      return (await spentChallenges.spend(found.text, found.expiresAt)) ? found.text : null;
    },
  };
}

/** To whom a challenge is bound: nobody, this very session, or whoever is signed in. */
function aboutOf(req: Request, purpose: ChallengePurpose): string {
  if (purpose === 'sign_in') return purpose;
  const whose = purpose === 'second_factor' ? storageId(req.sessionID) : requireUser(req).userId;
  return `${purpose} ${whose}`;
}

/** Challenges that are their own memory: when they are over, and to whom they are bound, sealed beside what is random. */
function createSealedChallenges({ config, now }: Omit<PasskeyChallengesOptions, 'spentChallenges'>) {
  const seal = createSeal(config.sessionSecrets, 'passkey challenge of a client');
  return {
    begin: (about: string): string =>
      seal.close(`${now().getTime() + challengeMs} ${randomBytes(32).toString('base64url')}`, about),
    find: (challenge: string | null, about: string): Begun | undefined => {
      const [, over] = /^(\d+) /.exec(seal.open(challenge ?? '', about) ?? '') ?? [];
      const expiresAt = new Date(Number(over));
      return challenge !== null && expiresAt > now() ? { text: challenge, expiresAt } : undefined;
    },
  };
}
