import type { Request } from 'express';
import { type FieldError, notSignedIn, Problem } from '../../base/problem.ts';
import type { Devices } from '../../sessions/devices.ts';
import { storageId } from '../../sessions/id.ts';
import type { SignedIn } from '../../store/records.ts';
import { type FactorName, isSecondFactor } from '../../users/factors.ts';
import type { Users } from '../../users/repository.ts';
import type { Credentials } from '../../users/user.ts';
import { requireUser } from '../../web/session/require-user.ts';
import { shared } from './manifest.ts';

/** So long after somebody has shown who they are a session is fresh, in milliseconds. */
const freshMs = 10 * 60 * 1000;

export interface FreshOptions {
  users: Pick<Users, 'findCredentialsById'>;
  devices: Devices;
  now: () => Date;
}

/**
 * The credentials of whoever is signed in and has shown who they are within the last 10 minutes, by the second factor
 * where there is one (OWASP ASVS 7.5.1, 7.5.3).
 *
 * @param admit throws where they would not do, however fresh the session is.
 * @throws {Problem} 403 `reauthentication_needed`, whose `errors` name what would do; 401 `not_signed_in`.
 */
export async function requireFresh(
  options: FreshOptions,
  req: Request,
  admit: (credentials: Credentials) => void = () => undefined,
): Promise<Credentials> {
  const { users, now } = options;
  const signedIn = requireUser(req);
  const credentials = await users.findCredentialsById(signedIn.userId);
  if (!credentials) throw notSignedIn({ clearCookie: true });
  admit(credentials);
  const { secondFactors } = credentials;
  const isFresh = secondFactors.length > 0 ? hasSecond(signedIn, now()) : hasAny(signedIn, now());
  if (!isFresh) throw reauthenticationNeeded(credentials);
  await requireStillThere(options, req);
  return credentials;
}

/**
 * Refuses a request whose session has ended since it was read. Asked once the credentials have been read: a change of
 * them that ends every session is either noticed here, or comes later, and then the version that was read is not in
 * force any more.
 *
 * @throws {Problem} 401 `not_signed_in`.
 */
export async function requireStillThere({ devices }: Pick<FreshOptions, 'devices'>, req: Request) {
  const { userId } = requireUser(req);
  if (!(await devices.has(userId, storageId(req.sessionID)))) throw notSignedIn({ clearCookie: true });
}

/** Of somebody who shows the first factor by this very request: whether the second was shown, where there is one. */
export function requireFreshSecond(signedIn: SignedIn, credentials: Credentials, now: Date): void {
  if (credentials.secondFactors.length > 0 && !hasSecond(signedIn, now))
    throw reauthenticationNeeded(credentials);
}

const hasAny = (signedIn: SignedIn, now: Date) => recent(signedIn, now).length > 0;
const hasSecond = (signedIn: SignedIn, now: Date) =>
  recent(signedIn, now).some(({ method }) => isSecondFactor(method));

function recent({ methods }: SignedIn, now: Date) {
  return methods.filter(({ at }) => now.getTime() - at.getTime() < freshMs);
}

/** What somebody may be asked for to show anew who they are. */
export type WouldDo = FactorName | 'password' | 'provider';

/** What would do: the second factor where there is one. */
export function whatWouldDo({ secondFactors, passwordHash, providers }: Credentials): readonly WouldDo[] {
  if (secondFactors.length > 0) return secondFactors;
  return [
    ...(passwordHash === undefined ? [] : (['password'] as const)),
    ...(providers.length === 0 ? [] : (['provider'] as const)),
  ];
}

const would: Readonly<Record<WouldDo, FieldError>> = {
  totp: { path: 'code', message: 'a code of your authenticator app would do' },
  passkey: { path: 'passkey', message: 'a passkey would do' },
  recovery_code: { path: 'recoveryCode', message: 'a recovery code would do' },
  password: { path: 'currentPassword', message: 'your password would do' },
  provider: { path: 'provider', message: 'signing in anew by your provider would do' },
};

function reauthenticationNeeded(credentials: Credentials): Problem {
  return new Problem(
    shared.problems.reauthentication_needed,
    'Show anew who you are, then do this again within 10 minutes.',
    { errors: whatWouldDo(credentials).map((name) => would[name]) },
  );
}
