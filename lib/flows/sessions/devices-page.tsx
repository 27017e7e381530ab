import { Form, type FormState, untouched } from '../../web/page/form.tsx';
import { Time } from '../../web/page/time.tsx';
import type { OwnSession } from './service.ts';

export function Devices({ sessions, state }: { sessions: readonly OwnSession[]; state: FormState }) {
  const others = sessions.filter(({ current }) => !current);
  const thisOneFirst = [...sessions.filter(({ current }) => current), ...others];
  return (
    <div class="middle">
      <h1>Devices</h1>
      <p class="lead">Where you are signed in. A session that you end fails at its next request.</p>
      {state.fault && (
        <div class="notice bad" role="alert">
          <p>{state.fault}</p>
        </div>
      )}
      <div class="card">
        <ul class="list">
          {thisOneFirst.map((session) => (
            <Device key={session.id} session={session} />
          ))}
        </ul>
      </div>
      {others.length > 0 && (
        <section class="card" aria-labelledby="others">
          <h2 id="others">Not all of them yours?</h2>
          <p>
            End every session but this one, then <a href="/settings#your-password">choose a new password</a>.
          </p>
          <Form
            id="others"
            action="/devices"
            state={untouched}
            hidden={{ others: 'true' }}
            fields={[]}
            submit="End all other sessions"
            look="grave"
          />
        </section>
      )}
    </div>
  );
}

function Device({ session }: { session: OwnSession }) {
  const { id, current, createdAt, lastSeenAt, expiresAt, ip, userAgent } = session;
  const name = userAgent ?? 'Unknown device';
  return (
    <li>
      <div>
        <h2>
          {name}
          {current && <span class="tag">This device</span>}
        </h2>
        <p class="quiet">
          {current ? (
            'In use now'
          ) : (
            <>
              Last used <Time at={lastSeenAt} />
            </>
          )}
          {ip && `, from ${ip}`}
        </p>
        <p class="quiet">
          Signed in <Time at={createdAt} />. Ends <Time at={expiresAt} /> if it is not used.
        </p>
      </div>
      <form method="post" action="/devices">
        <input type="hidden" name="id" value={id} />
        <button type="submit" class="second">
          {current ? 'Sign out here' : 'End session'}
          <span class="hidden">
            {' '}
            of {name}, signed in <Time at={createdAt} />
          </span>
        </button>
      </form>
    </li>
  );
}
