import type { ActivityPage } from '../../activity/activity-page.ts';
import { theOperator, type UserEvent } from '../../activity/event.ts';
import { Field, untouched } from '../../web/page/form.tsx';
import { Filled, useTexts } from '../../web/page/reader.tsx';
import { eventKinds } from '../events.ts';
import { EventPlace } from '../shared/event-place.tsx';
import { eventTexts } from '../words.ts';
import { pageTexts } from './texts/texts.ts';

interface Of {
  userId: string | undefined;
  type: string | undefined;
}

interface AllActivityProps {
  of: Of;
  page: ActivityPage<UserEvent>;
  isFirst: boolean;
  days: number;
}

export function AllActivity({ of, page: { events, next }, isFirst, days }: AllActivityProps) {
  const texts = useTexts(pageTexts).events;
  return (
    <div class="middle">
      <h1>{texts.title}</h1>
      <p class="lead">{texts.lead(days)}</p>
      <Filters of={of} />
      <section class="card" aria-labelledby="events">
        <h2 id="events">{texts.found}</h2>
        {events.length === 0 ? (
          <p>{isFirst ? texts.nothing : texts.nothingOlder}</p>
        ) : (
          <ul class="list">
            {events.map((event) => (
              <Entry key={event.id} event={event} />
            ))}
          </ul>
        )}
      </section>
      <p class="actions below">
        {next && (
          <a class="button second" href={addressOf(of, next)} rel="next">
            {texts.older}
          </a>
        )}
        {!isFirst && <a href={addressOf(of)}>{texts.newest}</a>}
        <a href="/admin">{texts.users}</a>
      </p>
    </div>
  );
}

function Filters({ of: { userId, type } }: { of: Of }) {
  const texts = useTexts(pageTexts).events;
  const kinds = useTexts(eventTexts);
  return (
    <search class="card">
      <form method="get" action="/admin/events">
        <Field
          formId="events"
          state={untouched}
          name="user"
          label={texts.user}
          type="text"
          autocomplete="off"
          optional
          {...(userId !== undefined && { initial: userId })}
        />
        <div class="field">
          <label for="events-type">{texts.type}</label>
          <select id="events-type" name="type">
            <option value="">{texts.everything}</option>
            {eventKinds.map((kind) => (
              <option key={kind} value={kind} selected={kind === type}>
                {kinds[kind]}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="wide">
          {texts.submit}
        </button>
      </form>
    </search>
  );
}

function Entry({ event }: { event: UserEvent }) {
  const { type, userId, by, about } = event;
  const texts = useTexts(pageTexts).events;
  const kinds = useTexts(eventTexts);
  return (
    <li>
      <div>
        <h3>{kinds[type] ?? type}</h3>
        <EventPlace {...event} />
        <p class="quiet">
          <Filled text={texts.of} user={<User id={userId} />} />
          {by !== undefined && <Filled text={texts.by} user={<User id={by} />} />}
          {about !== undefined && <Filled text={texts.about} user={<User id={about} />} />}
        </p>
      </div>
    </li>
  );
}

function User({ id }: { id: string }) {
  const { operator } = useTexts(pageTexts).events;
  return id === theOperator ? operator : <a href={`/admin/people/${id}`}>{id}</a>;
}

function addressOf({ userId: user, type }: Of, before?: string): string {
  const fields = Object.entries({ user, type, before }).filter(
    (field): field is [string, string] => field[1] !== undefined,
  );
  return fields.length > 0 ? `/admin/events?${new URLSearchParams(fields)}` : '/admin/events';
}
