import type { ActivityPage } from '../../activity/activity.ts';
import type { ActivityEvent } from '../../activity/event.ts';
import { useTexts } from '../../web/page/reader.tsx';
import { EventPlace } from '../shared/event-place.tsx';
import { eventTexts } from '../words.ts';

export function Activity({ page, isFirst, days }: { page: ActivityPage; isFirst: boolean; days: number }) {
  const { events, next } = page;
  return (
    <div class="middle">
      <h1>Activity</h1>
      <p class="lead">What has happened on your account in the last {days} days, newest first.</p>
      <div class="card">
        {events.length === 0 ? (
          <p>There is nothing {isFirst ? 'yet' : 'older'}.</p>
        ) : (
          <ul class="list">
            {events.map((event) => (
              <Entry key={event.id} event={event} />
            ))}
          </ul>
        )}
      </div>
      <p class="actions below">
        {next && (
          <a class="button second" href={`/activity?before=${encodeURIComponent(next)}`} rel="next">
            Older
          </a>
        )}
        {!isFirst && <a href="/activity">Back to the newest</a>}
      </p>
      <p class="quiet">
        Something that was not you? <a href="/settings#your-password">Choose a new password</a>, then{' '}
        <a href="/devices">look at your devices</a>.
      </p>
    </div>
  );
}

function Entry({ event }: { event: ActivityEvent }) {
  const { type, about } = event;
  const kinds = useTexts(eventTexts);
  return (
    <li>
      <div>
        <h2>
          {kinds[type] ?? type}
          {about !== undefined && <span class="tag">done by you, to an account</span>}
        </h2>
        <EventPlace {...event} />
      </div>
    </li>
  );
}
