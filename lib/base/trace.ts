import {
  type Attributes,
  context,
  createContextKey,
  isSpanContextValid,
  propagation,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';

/**
 * Every span there is. The names are for whoever reads traces: the table in OPERATING says what each covers.
 */
export type SpanName =
  | 'request'
  | 'authorizer'
  | 'job'
  | 'session.read'
  | 'database.command'
  | 'password.hash'
  | 'mail.hand_over'
  | 'mail.send';

/**
 * Runs `work` in a span, whose parent is the span around it. Without an SDK of OpenTelemetry, which a layer brings,
 * there is no span and nothing is done but the work.
 *
 * @param attributes nothing that is secret or names a person: what traces go to is another system.
 */
export function inSpan<T>(
  name: SpanName,
  work: (span: Span) => Promise<T>,
  attributes: Attributes = {},
  kind: SpanKind = SpanKind.INTERNAL,
): Promise<T> {
  return trace
    .getTracer('session-auth')
    .startActiveSpan(name, { attributes, kind }, (span) => run(span, work));
}

/**
 * The same for a span where a function begins: the child of what Lambda's instrumentation has begun, or else of what
 * the headers tell of the caller's trace.
 */
export function inFirstSpan<T>(
  name: SpanName,
  headers: Record<string, string>,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const active = context.active();
  const around = trace.getSpan(active) ? active : propagation.extract(active, headers);
  return trace
    .getTracer('session-auth')
    .startActiveSpan(name, { kind: SpanKind.SERVER }, around, (span) => run(span, work));
}

const operationKey = createContextKey('session-auth operation');

/** Runs `work`, in whose spans {@link currentOperation} is `name`. */
export function inOperation<T>(name: string, work: () => T): T {
  return context.with(context.active().setValue(operationKey, name), work);
}

/** What spans of the database are told to be for; undefined without an SDK. */
export function currentOperation(): string | undefined {
  return context.active().getValue(operationKey) as string | undefined;
}

/** For what waits for another system. */
export const toElsewhere = SpanKind.CLIENT;

/** The trace that a span is recorded in; undefined without an SDK. */
export function recordedTraceId(span: Span): string | undefined {
  const spanContext = span.spanContext();
  return span.isRecording() && isSpanContextValid(spanContext) ? spanContext.traceId : undefined;
}

async function run<T>(span: Span, work: (span: Span) => Promise<T>): Promise<T> {
  try {
    return await work(span);
  } catch (error) {
    // Its name alone: a message may quote a document, an address, a connection string.
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
    throw error;
  } finally {
    span.end();
  }
}
