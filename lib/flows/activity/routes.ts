import type { Activity } from '../../activity/activity.ts';
import { implement, operationRouter } from '../../web/router.ts';
import { requireUser } from '../../web/session/require-user.ts';
import { deviceName } from '../shared/device-name.ts';
import * as api from './operations.ts';

/** The route `/account/activity`: what happened on one's account. */
export function activityRoutes({ activity }: { activity: Activity }) {
  const list = implement(api.listActivity, async ({ query, req, res }) => {
    const { events, next } = await activity.list(requireUser(req).userId, query);
    const readable = events.map((event) => ({ ...event, userAgent: deviceName(event.userAgent) }));
    res.json({ events: readable, next });
  });

  return operationRouter([list]);
}
