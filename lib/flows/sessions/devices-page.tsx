import { Form, type FormState, untouched } from '../../web/page/form.tsx';
import { Filled, useTexts } from '../../web/page/reader.tsx';
import { Time } from '../../web/page/time.tsx';
import type { OwnSession } from './service.ts';
import { pageTexts } from './texts/texts.ts';

export function Devices({ sessions, state }: { sessions: readonly OwnSession[]; state: FormState }) {
  const { devices, others: othersTexts } = useTexts(pageTexts);
  const others = sessions.filter(({ current }) => !current);
  const thisOneFirst = [...sessions.filter(({ current }) => current), ...others];
  return (
    <div class="middle">
      <h1>{devices.title}</h1>
      <p class="lead">{devices.lead}</p>
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
          <h2 id="others">{othersTexts.title}</h2>
          <p>
            <Filled
              text={othersTexts.lead}
              choose={<a href="/settings#your-password">{othersTexts.choose}</a>}
            />
          </p>
          <Form
            id="others"
            action="/devices"
            state={untouched}
            hidden={{ others: 'true' }}
            fields={[]}
            submit={othersTexts.submit}
            look="grave"
          />
        </section>
      )}
    </div>
  );
}

function Device({ session }: { session: OwnSession }) {
  const { id, current, createdAt, lastSeenAt, expiresAt, ip, userAgent } = session;
  const texts = useTexts(pageTexts).devices;
  const name = userAgent ?? texts.unknown;
  return (
    <li>
      <div>
        <h2>
          {name}
          {current && <span class="tag">{texts.current}</span>}
        </h2>
        <p class="quiet">
          {current ? texts.inUse : <Filled text={texts.used} at={<Time at={lastSeenAt} />} />}
          {ip && texts.from(ip)}
        </p>
        <p class="quiet">
          <Filled text={texts.life} since={<Time at={createdAt} />} until={<Time at={expiresAt} />} />
        </p>
      </div>
      <form method="post" action="/devices">
        <input type="hidden" name="id" value={id} />
        <button type="submit" class="second">
          {current ? texts.signOut : texts.end}
          <span class="hidden">
            {' '}
            <Filled text={texts.which} name={name} since={<Time at={createdAt} />} />
          </span>
        </button>
      </form>
    </li>
  );
}
