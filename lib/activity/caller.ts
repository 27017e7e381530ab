import type { Request } from 'express';

/** From where somebody calls, as far as the request tells. */
export interface Caller {
  readonly ip: string | null;
  /** The User-Agent header as sent, cut short. */
  readonly userAgent: string | null;
}

/** Longest User-Agent that is kept, in characters. */
const userAgentLength = 256;

/** From where a request comes. */
export function callerOf(req: Request): Caller {
  return { ip: req.ip ?? null, userAgent: req.get('user-agent')?.slice(0, userAgentLength) ?? null };
}
