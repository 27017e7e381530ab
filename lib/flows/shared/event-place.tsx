import type { ActivityEvent } from '../../activity/event.ts';
import { useReader } from '../../web/page/reader.tsx';
import { Time } from '../../web/page/time.tsx';
import { deviceName } from './device-name.ts';

/** When an event was, and from where. */
export function EventPlace({ at, ip, userAgent }: Pick<ActivityEvent, 'at' | 'ip' | 'userAgent'>) {
  const { language } = useReader();
  const where = [deviceName(userAgent, language), ip].filter(Boolean).join(', ');
  return (
    <p class="quiet">
      <Time at={at} />
      {where && ` · ${where}`}
    </p>
  );
}
