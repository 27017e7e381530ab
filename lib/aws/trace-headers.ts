import type { Span } from '@opentelemetry/api';
import { recordedTraceId } from '../base/trace.ts';
import { isObject, type JsonObject } from './events/event.ts';

/** What tells of a caller's trace: of W3C Trace Context, and of X-Ray. */
const names = ['traceparent', 'tracestate', 'x-amzn-trace-id'];

/** Those of an event's headers that tell of a trace, by lower-case name, the first of several. */
export function traceHeaders(event: JsonObject): Record<string, string> {
  const found: Record<string, string> = {};
  for (const source of [event.headers, event.multiValueHeaders]) {
    if (!isObject(source)) continue;
    for (const [name, given] of Object.entries(source)) {
      const value = Array.isArray(given) ? given[0] : given;
      const known = name.toLowerCase();
      if (names.includes(known) && typeof value === 'string') found[known] ??= value;
    }
  }
  return found;
}

/**
 * Under which trace a log line is found, where there is one: that which an SDK records, else that which X-Ray
 * does, else the caller's by W3C, else the one that Lambda or API Gateway made for nothing but this.
 */
export function traceIdOf(span: Span, headers: Record<string, string>): string | undefined {
  const { _X_AMZN_TRACE_ID: own = headers['x-amzn-trace-id'] ?? '' } = process.env;
  const xray = /(?:^|;\s*)Root=(1-[\da-f]{8}-[\da-f]{24})(?:;|$)/i.exec(own)?.[1];
  const isRecorded = /(?:^|;\s*)Sampled=1(?:;|$)/i.test(own);
  const [, theirs] =
    /^[\da-f]{2}-(?!0{32})([\da-f]{32})-[\da-f]{16}-[\da-f]{2}/.exec(headers.traceparent ?? '') ?? [];
  return recordedTraceId(span) ?? (isRecorded ? xray : undefined) ?? theirs ?? xray;
}
