import type { ActivityPage } from '../../activity/activity-page.ts';
import type { ActivityEvent } from '../../activity/event.ts';
import { Filled, useTexts } from '../../web/page/reader.tsx';
import { EventPlace } from '../shared/event-place.tsx';
import { eventTexts } from '../words.ts';
import { pageTexts } from './texts/texts.ts';

export function Activity({ page, isFirst, days }: { page: ActivityPage; isFirst: boolean; days: number }) {
  const { events, next } = page;
  const texts = useTexts(pageTexts);
  return (
    <div class="middle">
      <h1>{texts.title}</h1>
      <p class="lead">{texts.lead(days)}</p>
      <div class="card">
        {events.length === 0 ? (
          <p>{isFirst ? texts.empty : texts.noneOlder}</p>
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
            {texts.older}
          </a>
        )}
        {!isFirst && <a href="/activity">{texts.newest}</a>}
      </p>
      <p class="quiet">
        <Filled
          text={texts.notYou}
          choose={<a href="/settings#your-password">{texts.choose}</a>}
          look={<a href="/devices">{texts.look}</a>}
        />
      </p>
    </div>
  );
}

function Entry({ event }: { event: ActivityEvent }) {
  const { type, about } = event;
  const kinds = useTexts(eventTexts);
  const texts = useTexts(pageTexts);
  return (
    <li>
      <div>
        <h2>
          {kinds[type] ?? type}
          {about !== undefined && <span class="tag">{texts.about}</span>}
        </h2>
        <EventPlace {...event} />
      </div>
    </li>
  );
}
