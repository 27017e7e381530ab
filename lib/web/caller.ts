import type { Request } from 'express';
import type { Caller } from '../base/caller.ts';

/** Longest User-Agent that is kept, in characters. */
const userAgentLength = 256;

/** From where a request comes. */
export function callerOf(req: Request): Caller {
  return { ip: req.ip ?? null, userAgent: req.get('user-agent')?.slice(0, userAgentLength) ?? null };
}
