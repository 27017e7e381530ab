import type { Request } from 'express';
import type { Activity } from '../../../activity/activity.ts';
import type { Config } from '../../../base/config.ts';
import { errorFields, type Log } from '../../../base/log.ts';
import { Problem } from '../../../base/problem.ts';
import { within } from '../../../base/within.ts';
import type { Limits } from '../../../limits/limits.ts';
import type { ProviderEnds } from '../../../tokens/provider-ends.ts';
import type { Users } from '../../../users/repository.ts';
import { callerOf } from '../../../web/caller.ts';
import { nextPath, secondFactorPath } from '../../../web/page/next-path.ts';
import { setNotice } from '../../../web/page/notices.ts';
import { signedInOn, waitingOn } from '../../../web/session/require-user.ts';
import { destroy } from '../../../web/session/save.ts';
import type { Attempt, Attempts, Linking } from '../../shared/providers/attempts.ts';
import { type CallbackProblem, problemPath } from '../../shared/providers/callback-problems.ts';
import { methodOf, type Provider, providerWaitMs, type Shown } from '../../shared/providers/provider.ts';
import { endsOf } from '../../shared/providers/provider-session.ts';
import type { ProviderStart } from '../../shared/providers/provider-start.ts';
import type { SignIn } from '../../shared/sign-in.ts';
import type { Proof } from '../../shared/way-in.ts';
import { createNewAccounts, type NewAccountsOptions } from './new-account.ts';

/** Signing in by a provider, once it has sent somebody back to us. */
export interface ProviderSignIn {
  /**
   * Takes what a provider has sent: signs in, makes an account, or adds the identity to one.
   *
   * @param url of our callback, with what was sent in its query.
   * @returns where to go on to: what was wanted, or the sign-in page with what went wrong.
   * @throws {Problem} 404 `not_found`, 429 `rate_limited`, 503 `unavailable`; never for what a provider does wrong.
   */
  callback(req: Request, providerId: string, url: URL): Promise<string>;
  /**
   * Where a form that a provider has the browser post is to be sent again as a query, since browsers keep the attempt's
   * cookie back from it; null where it need not.
   */
  again(req: Request, providerId: string, url: URL): string | null;
}

/** Adding an identity to somebody's account, of another flow. */
export interface ProviderLinks {
  /** @returns why it was not added, or null. */
  link(req: Request, provider: Provider, to: Linking, shown: Shown): Promise<CallbackProblem | null>;
}

export interface ProviderSignInOptions extends NewAccountsOptions {
  config: NewAccountsOptions['config'] & Pick<Config, 'deployed'>;
  log: Log;
  users: Users;
  limits: Limits;
  sessions: SignIn;
  activity: Activity<'provider_logout'>;
  providerStart: ProviderStart;
  providerEnds: ProviderEnds;
  attempts: Attempts;
  providerLinks: ProviderLinks;
}

export function createProviderSignIn(options: ProviderSignInOptions): ProviderSignIn {
  const { config, log, users, limits, sessions, activity, now } = options;
  const { providerStart, providerEnds, attempts, providerLinks } = options;
  const newAccounts = createNewAccounts(options);

  async function callback(req: Request, providerId: string, url: URL): Promise<string> {
    const since = now();
    const provider = providerStart.find(providerId);
    // What nobody has begun here costs nothing.
    if (!attempts.has(req, provider, stateIn(url))) return problemPath('sign_in_expired');
    const limit = await limits.provider(req.ip);
    const attempt = await attempts.take(req, provider, stateIn(url));
    const problem = attempt ? await goOn(req, provider, url, attempt, since) : 'sign_in_expired';
    // Each try has the provider asked: who sends nothing that is right is not let go on for ever.
    if (problem === 'provider_failed' || problem === 'sign_in_expired') await limit.failed();
    if (!attempt || problem) return problemPath(problem ?? 'sign_in_expired');
    if (attempt.link && req.res) setNotice(req.res, 'provider_linked', config, 'lax');
    const isWaiting = waitingOn(req) !== undefined && nextPath(attempt.next) === attempt.next;
    return isWaiting ? secondFactorPath(attempt.next) : attempt.next;
  }

  async function goOn(
    req: Request,
    provider: Provider,
    url: URL,
    attempt: Attempt,
    since: Date,
  ): Promise<CallbackProblem | null> {
    if (url.searchParams.has('error')) {
      const said = saidBy(url.searchParams.get('error'));
      log.warn('a provider signed nobody in', { provider: provider.settings.id, ...said });
      return isDenied(url) ? 'provider_denied' : 'provider_failed';
    }
    const until = performance.now() + 2 * providerWaitMs;
    const shown = await answerOf(provider, until, provider.answered(url, attempt));
    if (!shown) return 'provider_failed';
    const { link } = attempt;
    const work = link
      ? providerLinks.link(req, provider, link, shown)
      : signIn(req, provider, attempt, shown, until);
    const problem = await work.catch(whyNotIn);
    if (link || problem !== null) return problem;
    return (await providerEnds.isSince(since, endsOf(shown))) ? leave(req) : null;
  }

  /** The provider lets somebody in no more who is in since: who ended all there did not find this session yet. */
  async function leave(req: Request): Promise<CallbackProblem> {
    const { userId } = signedInOn(req) ?? waitingOn(req) ?? {};
    await destroy(req);
    if (userId !== undefined) await activity.record('provider_logout', userId, callerOf(req));
    return 'sign_in_expired';
  }

  /** Null where what came is not right, or the provider could not be asked: the log says what it was. */
  async function answerOf<T>(provider: Provider, until: number, answering: Promise<T>): Promise<T | null> {
    const late = () => new Error('the provider took too long, all told');
    return within(Math.max(0, until - performance.now()), answering, late).catch((error: unknown) => {
      const said = saidBy((error as { error?: unknown }).error);
      log.warn('signing in by a provider failed', {
        provider: provider.settings.id,
        ...said,
        ...errorFields(error),
      });
      return null;
    });
  }

  async function signIn(
    req: Request,
    provider: Provider,
    { anew }: Attempt,
    shown: Shown,
    until: number,
  ): Promise<CallbackProblem | null> {
    const isStrong = shown.secondFactor && provider.settings.trustsSecondFactor;
    const { session: providerSession } = shown;
    const how = {
      methods: [methodOf(provider.settings)],
      assurance: isStrong ? 2 : 1,
      providerSession,
    } as const;
    const before = await users.findCredentialsByIdentity(shown.identity);
    // Who shows anew who they are may be signed in there as somebody else, or not here any more.
    if (anew !== undefined && signedInOn(req)?.userId !== anew) return 'sign_in_expired';
    if (anew !== undefined && before?.user.id !== anew) return 'provider_failed';
    if (before) return enter(req, { ...how, credentials: before });
    const told = await answerOf(provider, until, shown.profile());
    if (!told) return 'provider_failed';
    const problem = await newAccounts.signUp(req, provider, { ...shown, told }, how);
    // Of two that come at once for the first time, one makes the account.
    const credentials =
      problem === 'account_exists' ? await users.findCredentialsByIdentity(shown.identity) : null;
    return credentials ? enter(req, { ...how, credentials }) : problem;
  }

  async function enter(req: Request, proof: Proof): Promise<CallbackProblem | null> {
    const { credentials, methods, providerSession } = proof;
    const { user } = credentials;
    if (config.requireVerifiedEmail && !user.emailVerified) return 'provider_failed';
    if (signedInOn(req)?.userId === user.id) await sessions.renew(req, credentials, methods, providerSession);
    else await sessions.complete(req, proof);
    return null;
  }

  return {
    callback,
    again: (req, providerId, url) => {
      const provider = providerStart.find(providerId);
      const state = stateIn(url);
      if (attempts.has(req, provider, state)) return null;
      if (!attempts.isTied(req, state)) return problemPath('sign_in_expired');
      return url.pathname + url.search;
    },
  };
}

/** Where somebody's credentials change meanwhile, or the session that they show anew ends, nobody is signed in. */
function whyNotIn(error: unknown): CallbackProblem {
  if (error instanceof Problem && error.status === 401) return 'sign_in_expired';
  if (error instanceof Problem && error.code === 'account_disabled') return 'account_disabled';
  throw error;
}

/** The code of an error, as OAuth has them; never a text. */
function saidBy(error: unknown) {
  return typeof error === 'string' && /^[a-z_]{1,40}$/.test(error) ? { said: error } : {};
}

const stateIn = (url: URL) => url.searchParams.get('state') ?? '';

/** By its user (RFC 6749, 4.1.2.1), who says that to Apple in other words. */
function isDenied(url: URL): boolean {
  return ['access_denied', 'user_cancelled_authorize'].includes(url.searchParams.get('error') ?? '');
}
