import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { traceHeaders, traceIdOf } from '../../lib/aws/trace-headers.ts';
import { inSpan } from '../../lib/base/trace.ts';
import { authorizerSources } from '../support/authorizer-events.ts';
import { createClient, eventSources, testContext } from '../support/events.ts';
import { testInstances } from '../support/instances.ts';
import { source } from '../support/outages.ts';
import { newAddress, otherPassword, person, signedUp } from '../support/person.ts';

const { start } = testInstances('traces');
const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

afterEach(() => exporter.reset());

/** Spans of what a test has done, as paths from the first: `request > session.read > database.command`. */
function paths(): string[] {
  const spans = exporter.getFinishedSpans();
  const byId = new Map(spans.map((span) => [span.spanContext().spanId, span]));
  const pathOf = (span: ReadableSpan): string => {
    const parent = byId.get(span.parentSpanContext?.spanId ?? '');
    return parent ? `${pathOf(parent)} > ${span.name}` : span.name;
  };
  return spans.map(pathOf).sort();
}

/** What each command that a test has sent was for. */
function operations(): unknown[] {
  const commands = exporter.getFinishedSpans().filter(({ name }) => name === 'database.command');
  return commands.map(({ attributes }) => attributes['db.operation.name']);
}

describe('without an SDK', () => {
  test('the work is done all the same, and a span knows no trace', async () => {
    const span = await inSpan('job', async (each) => each.isRecording());

    expect(span).toBe(false);
  });
});

describe('with an SDK', () => {
  beforeAll(() => {
    trace.setGlobalTracerProvider(provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(new W3CTraceContextPropagator());
  });
  afterAll(() => {
    trace.disable();
    context.disable();
    propagation.disable();
  });

  test.each(eventSources)("a request from $name goes on with the caller's trace", async (from) => {
    const instance = start();
    await createClient(instance.handlers.health, from).get('/health/live', { headers: { traceparent } });

    const [span, ...more] = exporter.getFinishedSpans();
    expect(more).toEqual([]);
    expect(span).toMatchObject({
      name: 'request',
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': 'GET',
        'http.route': '/health/live',
        'http.response.status_code': 200,
      },
    });
    expect(span?.spanContext().traceId).toBe(traceparent.split('-')[1]);
    expect(span?.parentSpanContext?.spanId).toBe(traceparent.split('-')[2]);
  });

  test("it is the child of the span that Lambda's instrumentation has begun", async () => {
    const instance = start();
    const around = provider.getTracer('a layer').startSpan('lambda');
    await context.with(trace.setSpan(context.active(), around), () =>
      createClient(instance.handlers.health, source).get('/health/live', { headers: { traceparent } }),
    );
    around.end();

    expect(paths()).toEqual(['lambda', 'lambda > request']);
  });

  test('a signed-in request is the read of the session, in one command', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    exporter.reset();

    await ada.auth.get('/auth/session');

    expect(paths()).toEqual([
      'request',
      'request > session.read',
      'request > session.read > database.command',
    ]);
    expect(operations()).toEqual(['sessions.find']);
  });

  test('a sign-in has its hash, and what it asks the database', async () => {
    const instance = start();
    const ada = await signedUp({ instance });
    exporter.reset();

    await ada.elsewhere().signIn();

    expect(paths().filter((path) => path === 'request > password.hash')).toHaveLength(1);
    const commands = exporter.getFinishedSpans().filter(({ name }) => name === 'database.command');
    const line = instance.log.findLast(({ message }) => message === 'request');
    expect(commands).toHaveLength(line?.fields.databaseRoundTrips as number);
    expect(commands[0]).toMatchObject({
      kind: SpanKind.CLIENT,
      attributes: { 'db.system.name': expect.stringMatching(/^(mongodb|postgresql|mysql|sqlite)$/) },
    });
    expect(operations()).toEqual(
      expect.arrayContaining(['users.findByEmailKey', 'sessions.insert', 'events.insert']),
    );
    expect(operations().every((operation) => /^[a-z]+\.[a-z]+$/i.test(String(operation)))).toBe(true);
  });

  test('handing a mail over and sending it, a job, and a question to the authorizer are spans too', async () => {
    const handed: unknown[] = [];
    const instance = start({ handMail: async (job) => void handed.push(job) });
    const ada = await signedUp({ instance });
    const [{ event }] = authorizerSources as [(typeof authorizerSources)[0]];
    const cookies = Object.entries(ada.cookies.all()).map((pair) => pair.join('='));
    expect(paths()).toContain('request > mail.hand_over');
    exporter.reset();

    await instance.handlers.mail(handed[0], testContext());
    await instance.handlers.authorizer(event({ cookies }), testContext());

    expect(paths()).toEqual(
      expect.arrayContaining(['job', 'job > mail.send', 'authorizer', 'authorizer > session.read']),
    );
  });

  test('what fails says so by its name alone, and no span holds an address, a password, an id of a session or a token', async () => {
    const instance = start({ database: { uri: 'mongodb://in-a-name:in-a-word@127.0.0.1:1/', name: 'away' } });
    await person({ instance, email: newAddress('in-an-address') }).auth.post(
      '/auth/sign-in?token=in-a-query',
      { email: newAddress('in-an-address'), password: otherPassword },
      { expect5xx: true },
    );
    const well = start();
    const ada = await signedUp({ instance: well });
    await ada.sessions.delete('/sessions/in-a-path');

    const spans = exporter.getFinishedSpans();
    const failed = spans.filter(({ status }) => status.code === SpanStatusCode.ERROR);
    expect(failed[0]?.attributes['error.type']).toMatch(/^(Mongo\w+|TooLate)Error$/);
    const shown = JSON.stringify(
      spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );
    for (const secret of [ada.email, ada.password, otherPassword, ...Object.values(ada.cookies.all())])
      expect(shown).not.toContain(secret);
    expect(shown).not.toMatch(/in-an?-/);
    const allowed =
      /^(http\.(request\.method|route|response\.status_code)|db\.(system|operation)\.name|mail\.kind|error\.type)$/;
    for (const { attributes } of spans)
      for (const name of Object.keys(attributes)) expect(name).toMatch(allowed);
  });
});

describe('the trace id of a line', () => {
  const notRecorded = trace.wrapSpanContext({
    traceId: '0'.repeat(32),
    spanId: '0'.repeat(16),
    traceFlags: 0,
  });
  const root = '1-5759e988-bd862e3fe1be46a994272793';
  const idOf = (headers: object, own?: string) => {
    vi.stubEnv('_X_AMZN_TRACE_ID', own);
    try {
      return traceIdOf(notRecorded, traceHeaders({ headers }));
    } finally {
      vi.unstubAllEnvs();
    }
  };

  test("is X-Ray's where it records, else the caller's, else the one that Lambda made", () => {
    const theirs = traceparent.split('-')[1];
    expect(idOf({ traceparent }, `Root=${root};Parent=53995c3f42cd8ad8;Sampled=1`)).toBe(root);
    expect(idOf({ traceparent }, `Root=${root};Parent=53995c3f42cd8ad8;Sampled=0`)).toBe(theirs);
    expect(idOf({}, `Root=${root};Parent=53995c3f42cd8ad8;Sampled=0;Lineage=a:0`)).toBe(root);
    expect(idOf({ 'X-Amzn-Trace-Id': `Self=1-0;Root=${root}` })).toBe(root);
    expect(idOf({ Traceparent: [traceparent] })).toBe(theirs);
    expect(idOf({})).toBeUndefined();
  });

  test.each([
    'nonsense',
    `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
    '00-zzf7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ' "quoted\n',
  ])('is none of what is no trace: %j', (bad) => {
    expect(idOf({ traceparent: bad, 'x-amzn-trace-id': `Root=${bad}` })).toBeUndefined();
  });
});
