import type { ActivityPage } from '../../activity/activity.ts';
import type { ActivityEvent, EventType } from '../../activity/events.ts';
import { Time } from '../../web/page/time.tsx';
import { deviceName } from '../shared/device-name.ts';

const told: Record<EventType, string> = {
  sign_up: 'Account created',
  sign_in: 'Signed in',
  sign_in_failed: 'Failed attempt to sign in',
  sign_out: 'Signed out',
  session_ended: 'A session was ended',
  other_sessions_ended: 'All other sessions were ended',
  all_sessions_ended: 'All sessions were ended',
  name_changed: 'Name changed',
  wrong_password: 'Wrong current password entered',
  password_changed: 'Password changed',
  password_reset: 'Password set by a mailed link',
  email_verified: 'E-mail address confirmed',
  email_change_requested: 'New e-mail address asked for',
  email_changed: 'E-mail address changed',
  email_change_undone: 'Change of the e-mail address taken back',
};

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

function Entry({ event: { type, at, ip, userAgent } }: { event: ActivityEvent }) {
  const where = [deviceName(userAgent), ip].filter(Boolean).join(', ');
  return (
    <li>
      <div>
        <h2>{told[type]}</h2>
        <p class="quiet">
          <Time at={at} />
          {where && ` · ${where}`}
        </p>
      </div>
    </li>
  );
}
