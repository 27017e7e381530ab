import type { Request } from 'express';
import type { Activity } from '../../activity/activity.ts';
import type { Log } from '../../base/log.ts';
import { callerOf } from '../../web/caller.ts';

export interface CopiedPasskeyOptions {
  log: Log;
  activity: Activity<'passkey_refused'>;
}

/** Tells the log and the owner that a passkey was refused whose counter went back: there may be two of it. */
export async function tellCopiedPasskey(
  { log, activity }: CopiedPasskeyOptions,
  req: Request,
  userId: string | null,
): Promise<void> {
  log.warn('a passkey was refused whose counter went back', { userId });
  await activity.record('passkey_refused', userId, callerOf(req));
}
