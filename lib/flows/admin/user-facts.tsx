import type { Device } from '../../sessions/devices.ts';
import { Filled, useReader, useTexts } from '../../web/page/reader.tsx';
import { Time } from '../../web/page/time.tsx';
import { deviceName } from '../shared/device-name.ts';
import type { factorsView } from '../shared/factors-view.ts';
import type { UserDetails } from './service.ts';
import { pageTexts } from './texts/texts.ts';

export type ShownFactors = ReturnType<typeof factorsView>;

/** What there is to know of a user at a glance. */
export function UserFacts({ details }: { details: UserDetails }) {
  const { user, disabled, locked, lastSignInAt } = details;
  const { facts: texts, tags } = useTexts(pageTexts);
  return (
    <section class="card" aria-labelledby="facts">
      <h2 id="facts">
        {user.name ?? texts.noName}
        {disabled && <span class="tag bad">{tags.disabled}</span>}
        {locked && <span class="tag bad">{tags.locked}</span>}
      </h2>
      <table class="facts">
        <tbody>
          <tr>
            <th scope="row">{texts.address}</th>
            <td>
              {user.email}{' '}
              <span class={user.emailVerified ? 'tag good' : 'tag bad'}>
                {user.emailVerified ? tags.confirmed : tags.unconfirmed}
              </span>
            </td>
          </tr>
          <tr>
            <th scope="row">{texts.roles}</th>
            <td>{user.roles.join(', ') || texts.noRoles}</td>
          </tr>
          <tr>
            <th scope="row">{texts.since}</th>
            <td>
              <Time at={user.createdAt} />
            </td>
          </tr>
          <tr>
            <th scope="row">{texts.lastSignIn}</th>
            <td>{lastSignInAt ? <Time at={lastSignInAt} /> : texts.noSignIn}</td>
          </tr>
          <tr>
            <th scope="row">{texts.id}</th>
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
  const texts = useTexts(pageTexts).factors;
  return (
    <ul class="list">
      <li>{password ? texts.password : texts.noPassword}</li>
      {totp && (
        <li>
          <span>
            <Filled text={texts.app} at={<Time at={totp.createdAt} />} />
          </span>
        </li>
      )}
      {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
        <li key={id}>
          <span>
            <Filled text={texts.passkey} name={name} at={<Time at={createdAt} />} />
            {lastUsedAt && <Filled text={texts.lastUsed} at={<Time at={lastUsedAt} />} />}
          </span>
        </li>
      ))}
      {recoveryCodesLeft > 0 && <li>{texts.codes(recoveryCodesLeft)}</li>}
      {providers.map(({ id, name, linkedAt }) => (
        <li key={id}>
          <span>
            <Filled text={texts.provider} name={name} at={<Time at={linkedAt} />} />
          </span>
        </li>
      ))}
    </ul>
  );
}

/** Where somebody is signed in. */
export function UserSessions({ sessions }: { sessions: readonly Device[] }) {
  const { language } = useReader();
  const texts = pageTexts[language].sessions;
  if (sessions.length === 0) return <p>{texts.none}</p>;
  return (
    <ul class="list">
      {sessions.map(({ id, userAgent, ip, createdAt, lastSeenAt }) => (
        <li key={id}>
          <div>
            <h3>{deviceName(userAgent, language) ?? texts.unknown}</h3>
            <p class="quiet">
              <Filled text={texts.when} created={<Time at={createdAt} />} seen={<Time at={lastSeenAt} />} />
              {ip && texts.from(ip)}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}
