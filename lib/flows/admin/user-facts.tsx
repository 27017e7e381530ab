import type { Device } from '../../sessions/devices.ts';
import { Time } from '../../web/page/time.tsx';
import { deviceName } from '../shared/device-name.ts';
import type { factorsView } from '../shared/factors-view.ts';
import type { UserDetails } from './service.ts';

export type ShownFactors = ReturnType<typeof factorsView>;

/** What there is to know of a user at a glance. */
export function UserFacts({ details }: { details: UserDetails }) {
  const { user, disabled, locked, lastSignInAt } = details;
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts">
        {user.name ?? 'No name'}
        {disabled && <span class="tag bad">disabled</span>}
        {locked && <span class="tag bad">sign-in locked</span>}
      </h2>
      <table class="facts">
        <tbody>
          <tr>
            <th scope="row">Address</th>
            <td>
              {user.email}{' '}
              <span class={user.emailVerified ? 'tag good' : 'tag bad'}>
                {user.emailVerified ? 'confirmed' : 'not confirmed'}
              </span>
            </td>
          </tr>
          <tr>
            <th scope="row">Roles</th>
            <td>{user.roles.join(', ') || 'none'}</td>
          </tr>
          <tr>
            <th scope="row">Since</th>
            <td>
              <Time at={user.createdAt} />
            </td>
          </tr>
          <tr>
            <th scope="row">Last sign-in</th>
            <td>{lastSignInAt ? <Time at={lastSignInAt} /> : 'none that is known'}</td>
          </tr>
          <tr>
            <th scope="row">Id</th>
            <td>
              <code>{user.id}</code>
            </td>
          </tr>
        </tbody>
      </table>
    </section>
  );
}

/** What somebody can show to sign in. */
export function UserFactors({ factors }: { factors: ShownFactors }) {
  const { password, totp, passkeys, recoveryCodesLeft, providers } = factors;
  return (
    <ul class="list">
      <li>{password ? 'A password' : 'No password'}</li>
      {totp && (
        <li>
          <span>
            An authenticator app, since <Time at={totp.createdAt} />
          </span>
        </li>
      )}
      {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
        <li key={id}>
          <span>
            Passkey "{name}", since <Time at={createdAt} />
            {lastUsedAt && (
              <>
                , last used <Time at={lastUsedAt} />
              </>
            )}
          </span>
        </li>
      ))}
      {recoveryCodesLeft > 0 && <li>Recovery codes: {recoveryCodesLeft} left</li>}
      {providers.map(({ id, name, linkedAt }) => (
        <li key={id}>
          <span>
            {name}, since <Time at={linkedAt} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Where somebody is signed in. */
export function UserSessions({ sessions }: { sessions: readonly Device[] }) {
  if (sessions.length === 0) return <p>There is none.</p>;
  return (
    <ul class="list">
      {sessions.map(({ id, userAgent, ip, createdAt, lastSeenAt }) => (
        <li key={id}>
          <div>
            <h3>{deviceName(userAgent) ?? 'Unknown device'}</h3>
            <p class="quiet">
              Signed in <Time at={createdAt} />, last used <Time at={lastSeenAt} />
              {ip && `, from ${ip}`}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
