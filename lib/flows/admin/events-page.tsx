import type { ActivityPage } from '../../activity/activity.ts';
import { theOperator, type UserEvent } from '../../activity/event.ts';
import { Field, untouched } from '../../web/page/form.tsx';
import { eventTexts } from '../events.ts';
import { EventPlace } from '../shared/event-place.tsx';

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
  return (
    <div class="middle">
      <h1>Activity of all accounts</h1>
      <p class="lead">What has happened in the last {days} days, newest first.</p>
      <Filters of={of} />
      <section class="card" aria-labelledby="events">
        <h2 id="events">Events</h2>
        {events.length === 0 ? (
          <p>There is nothing{isFirst ? '' : ' older'}.</p>
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
            Older
          </a>
        )}
        {!isFirst && <a href={addressOf(of)}>Back to the newest</a>}
        <a href="/admin">All users</a>
      </p>
    </div>
  );
}

function Filters({ of: { userId, type } }: { of: Of }) {
  return (
    <search class="card">
      <form method="get" action="/admin/events">
        <Field
          formId="events"
          state={untouched}
          name="user"
          label="Id of a user"
          type="text"
          autocomplete="off"
          optional
          {...(userId !== undefined && { initial: userId })}
        />
        <div class="field">
          <label for="events-type">What has happened</label>
          <select id="events-type" name="type">
            <option value="">Everything</option>
            {Object.entries(eventTexts).map(([kind, text]) => (
              <option key={kind} value={kind} selected={kind === type}>
                {text}
              </option>
            ))}
          </select>
        </div>
        <button type="submit" class="wide">
          Show
        </button>
      </form>
    </search>
  );
}

function Entry({ event }: { event: UserEvent }) {
  const { type, userId, by, about } = event;
  return (
    <li>
      <div>
        <h3>{eventTexts[type] ?? type}</h3>
        <EventPlace {...event} />
        <p class="quiet">
          In the activity of <User id={userId} />
          {by !== undefined && (
            <>
              , by <User id={by} />
            </>
          )}
          {about !== undefined && (
            <>
              , about <User id={about} />
            </>
          )}
        </p>
      </div>
    </li>
  );
}

function User({ id }: { id: string }) {
  return id === theOperator ? <>the operator</> : <a href={`/admin/people/${id}`}>{id}</a>;
}

function addressOf({ userId: user, type }: Of, before?: string): string {
  const fields = Object.entries({ user, type, before }).filter(
    (field): field is [string, string] => field[1] !== undefined,
  );
  return fields.length > 0 ? `/admin/events?${new URLSearchParams(fields)}` : '/admin/events';
}
