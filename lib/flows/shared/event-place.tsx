import type { ActivityEvent } from '../../activity/event.ts';
import { Time } from '../../web/page/time.tsx';
import { deviceName } from './device-name.ts';

/** When an event was, and from where. */
export function EventPlace({ at, ip, userAgent }: Pick<ActivityEvent, 'at' | 'ip' | 'userAgent'>) {
  const where = [deviceName(userAgent), ip].filter(Boolean).join(', ');
  return (
    <p class="quiet">
      <Time at={at} />
      {where && ` · ${where}`}
    </p>
  );
}
