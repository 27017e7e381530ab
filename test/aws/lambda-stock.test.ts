import express from 'express';
import serverlessHttp from 'serverless-http';
import { describe, expect, test } from 'vitest';
import { httpHandler } from '../../lib/aws/http-handler.ts';
import { echoApp } from '../support/events/echo-app.ts';
import { eventSource, testContext } from '../support/events.ts';

// Each case twice, on the same app and the same event: with serverless-http as it comes, where the test names
// the fault that it shows, and with our handler. Where a case fails on stock, serverless-http has been mended:
// then take the case out, and out of the README.

const quiet = { warn: () => {}, error: () => {} };
const ours = httpHandler(echoApp(), { log: quiet });
const stockHttp = serverlessHttp(echoApp());
const stock = (event: unknown, context: object = testContext()) => stockHttp(event as object, context);

const alb = eventSource('load balancer');
const albMulti = eventSource('load balancer, multi-value headers');
const rest = eventSource('REST API');
const restBasePath = eventSource('REST API under a base path');
const http2 = eventSource('HTTP API, payload 2.0');
const http2Stage = eventSource('HTTP API, payload 2.0, named stage');

const bodyOf = (result: unknown) => JSON.parse((result as { body: string }).body);

describe('a load balancer without multi-value headers', () => {
  test('loses every cookie that is set, on stock', async () => {
    const event = () => alb.event({ path: '/cookies' });

    const stockAnswer = alb.response(await stock(event()));
    const answer = alb.response(await ours(event(), testContext()));

    expect(stockAnswer.cookies).toEqual([]);
    expect(answer.cookies).toHaveLength(3);
  });
});

describe('any load balancer', () => {
  test.each([alb, albMulti])('hides the address of the client, on stock: $name', async (source) => {
    const event = () => source.event({ path: '/echo', ip: '198.51.100.9' });

    expect(bodyOf(await stock(event())).ip).toBeUndefined();
    expect(bodyOf(await ours(event(), testContext())).ip).toBe('198.51.100.9');
  });

  test.each([alb, albMulti])('is taken for TLS on its plain listener, on stock: $name', async (source) => {
    const event = () => source.event({ path: '/echo', scheme: 'http' });

    expect(bodyOf(await stock(event())).secure).toBe(true);
    expect(bodyOf(await ours(event(), testContext())).secure).toBe(false);
  });

  test('joins Cookie headers so that all but the first are lost, on stock', async () => {
    const event = () => albMulti.event({ path: '/echo', headers: { cookie: ['a=1', 'b=2'] } });

    expect(bodyOf(await stock(event())).headers.cookie).toBe('a=1, b=2');
    expect(bodyOf(await ours(event(), testContext())).headers.cookie).toBe('a=1; b=2');
  });
});

describe('an event that is no HTTP event', () => {
  test.each([
    ['a queue’s', { Records: [{ eventSource: 'aws:sqs' }] }],
    ['a warm-up ping', { source: 'serverless-plugin-warmup' }],
    ['null', null],
  ])('runs as GET / on stock: %s', async (_what, event) => {
    expect(bodyOf(await stock(structuredClone(event)))).toEqual({ root: true });
    await expect(ours(event, testContext())).rejects.toThrow(/^not an HTTP event: /);
  });
});

describe('the prefix of a stage or base path', () => {
  test.each([http2Stage, restBasePath])('stays in the path on stock: $name', async (source) => {
    const event = () => source.event({ path: '/items/1' });

    expect(source.response(await stock(event())).status).toBe(404);
    expect(source.response(await ours(event(), testContext())).status).toBe(200);
  });

  test('is cut out of the middle of a path by stock’s basePath', async () => {
    const withBasePath = serverlessHttp(echoApp(), { basePath: '/dev' });
    const event = () => http2.event({ path: '/hidden/dev/echo' });

    expect(http2.response(await withBasePath(event() as object, {})).status).toBe(200);
    expect(http2.response(await ours(event(), testContext())).status).toBe(404);
  });
});

describe('the request', () => {
  test('has a parsed body that nobody parsed, on stock', async () => {
    const event = () => http2.event({ path: '/echo' });

    expect(bodyOf(await stock(event())).bodyProperty).toBe('object');
    expect(bodyOf(await ours(event(), testContext())).bodyProperty).toBe('undefined');
  });

  test('has the id that its client chose, on stock', async () => {
    const withId = express().get('/', (req, res) => void res.json({ id: req.headers['x-request-id'] }));
    const event = () => http2.event({ path: '/', headers: { 'x-request-id': 'mine' } });
    const own = http2.event({ path: '/echo', headers: { 'x-request-id': 'mine' } });

    expect(bodyOf(await serverlessHttp(withId)(event() as object, {})).id).toBe('mine');
    expect(bodyOf(await ours(own, testContext())).requestId).not.toBe('mine');
  });

  test('changes its event, on stock', async () => {
    const event = alb.event({ path: '/echo' });
    const before = structuredClone(event);

    await ours(event, testContext());
    expect(event).toEqual(before);
    await stock(event);
    expect(event).not.toEqual(before);
  });
});

describe('the answer', () => {
  test('has the bytes of an image broken, on stock', async () => {
    const event = () => rest.event({ path: '/png' });

    const png = rest.response(await ours(event(), testContext())).bytes;

    expect(png.subarray(0, 4).toString('hex')).toBe('89504e47');
    expect(rest.response(await stock(event())).bytes).not.toEqual(png);
  });

  test('names a header of several values twice, on stock', async () => {
    const event = () => rest.event({ path: '/vary' });

    const stockResult = await stock(event());
    const result = await ours(event(), testContext());

    expect(() => rest.response(stockResult)).toThrow('sent twice');
    expect(rest.response(result).headers.get('vary')).toBe('Origin, Cookie');
  });

  test('is waited for without end where it never comes, on stock', async () => {
    const event = () => http2.event({ path: '/hang' });
    const soon = new Promise((resolve) => setTimeout(resolve, 300, 'still waiting'));

    const impatient = httpHandler(echoApp(), { answerWithinMs: 100, log: quiet });

    expect(await Promise.race([stock(event()), soon])).toBe('still waiting');
    expect(http2.response(await impatient(event(), testContext())).status).toBe(503);
  });
});
