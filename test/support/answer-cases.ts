import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Request, Response } from 'express';

/** Answers whose form Node or Express decides, sound and faulty ones, to be held against Node's own server. */

/** A way in which a route answers, and the request to it. */
export interface AnswerCase {
  answer: (req: Request, res: Response) => unknown;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** True where the route reads a body that is no JSON. */
  reads?: true;
}

const onceMore = (res: Response, what: () => void) => {
  try {
    what();
  } catch (error) {
    res.end(String((error as { code?: string }).code));
  }
};

export const answerCases: Record<string, AnswerCase> = {
  // Of the head.
  'a status that is none, in writeHead': { answer: (_, res) => res.writeHead(1000).end('x') },
  'a status under 100, in writeHead': { answer: (_, res) => res.writeHead(99, { 'X-One': '1' }).end('x') },
  'a status that is no number': { answer: (_, res) => Object.assign(res, { statusCode: 'abc' }).end('x') },
  'a status under 100': { answer: (_, res) => Object.assign(res, { statusCode: 42 }).end('x') },
  'a status in text': { answer: (_, res) => Object.assign(res, { statusCode: '404' }).end('x') },
  'a status in text, in writeHead': {
    answer: (_, res) => res.writeHead('404' as unknown as number).end('x'),
  },
  'a status with a fraction': { answer: (_, res) => Object.assign(res, { statusCode: 201.9 }).end('x') },
  'a reason with a line break': {
    answer: (_, res) => Object.assign(res, { statusMessage: 'a\r\nX-Evil: 1' }).end('x'),
  },
  'a reason with a line break, in writeHead': { answer: (_, res) => res.writeHead(200, 'a\nb').end('x') },
  'a header’s name that is none': { answer: (_, res) => res.writeHead(200, { 'a b': '1' }).end('x') },
  'a header’s value with a line break': {
    answer: (_, res) => res.writeHead(200, { 'X-One': 'a\r\nX-Evil: 1' }).end('x'),
  },
  'a header that is undefined': {
    answer: (_, res) => res.writeHead(200, { 'X-One': undefined }).end('x'),
  },
  'a flat list of headers that repeats a name': {
    answer: (_, res) => res.writeHead(200, ['Set-Cookie', 'a=1', 'X-One', '1', 'set-cookie', 'b=2']).end('x'),
  },
  'a flat list of headers without its last value': {
    answer: (_, res) => res.writeHead(200, ['X-One']).end('x'),
  },
  'a second head': {
    answer: (_, res) => {
      res.writeHead(202);
      onceMore(res, () => res.writeHead(200));
    },
  },
  'a header after the head': {
    answer: (_, res) => {
      res.writeHead(202);
      onceMore(res, () => res.setHeader('X-One', '1'));
    },
  },
  'a header after the first byte': {
    answer: (_, res) => {
      res.write('a ');
      onceMore(res, () => res.removeHeader('X-One'));
    },
  },
  'what counts as sent': {
    answer: (_, res) => {
      const sent = [res.headersSent];
      res.flushHeaders();
      sent.push(res.headersSent, res.writableEnded);
      res.end(String(sent));
    },
  },
  'a status changed after the head': {
    answer: (_, res) => {
      res.writeHead(202, { 'X-One': '1' });
      res.statusCode = 500;
      res.end('x');
    },
  },
  // Of the body.
  'a number as the body': { answer: (_, res) => res.end(42) },
  'an object as the body': { answer: (_, res) => res.end({ a: 1 }) },
  'null as a piece': { answer: (_, res) => res.write(null) },
  'a number as a piece': { answer: (_, res) => res.write(42) },
  'no body at all': { answer: (_, res) => res.end(undefined) },
  'false as the body': { answer: (_, res) => res.end(false) },
  'chunked by hand': {
    answer: (_, res) => {
      res.chunkedEncoding = true;
      res.write('é one ');
      res.end('two');
    },
  },
  'chunked by default': {
    answer: (_, res) => {
      res.useChunkedEncodingByDefault = true;
      res.appendHeader('Transfer-Encoding', 'chunked');
      res.write('one ');
      res.end('two');
    },
  },
  trailers: {
    answer: (_, res) => {
      res.setHeader('Trailer', 'X-Sum');
      res.write('one ');
      res.addTrailers({ 'X-Sum': '1' });
      res.end('two');
    },
  },
  'trailers announced in writeHead': {
    answer: (_, res) => {
      res.writeHead(200, { Trailer: 'X-Sum' });
      res.addTrailers({ 'X-Sum': '1' });
      res.end('two');
    },
  },
  'trailers that nobody announced': {
    answer: (_, res) => {
      res.addTrailers({ 'X-Sum': '1' });
      res.end('two');
    },
  },
  'a trailer with a line break': { answer: (_, res) => res.addTrailers({ 'X-Sum': 'a\r\nb' }) },
  'a body to 204': { answer: (_, res) => res.status(204).end('x') },
  'json to 204': { answer: (_, res) => res.status(204).json({ a: 1 }) },
  'json to 304': { answer: (_, res) => res.status(304).json({ a: 1 }) },
  'json to 205': { answer: (_, res) => res.status(205).json({ a: 1 }) },
  'json of another type': { answer: (_, res) => res.type('application/hal+json').json({ a: 1 }) },
  'json of nothing': { answer: (_, res) => res.json(undefined) },
  'json with the client’s ETag': {
    answer: (_, res) => res.set('ETag', '"1"').json({ a: 1 }),
    headers: { 'if-none-match': '"0", "1"' },
  },
  'json with another ETag': {
    answer: (_, res) => res.set('ETag', '"2"').json({ a: 1 }),
    headers: { 'if-none-match': '"0", "1"' },
  },
  'json with the client’s ETag to POST': {
    answer: (_, res) => res.set('ETag', '"1"').json({ a: 1 }),
    headers: { 'if-none-match': '"1"' },
    method: 'POST',
  },
  'json with a date of the client’s': {
    answer: (_, res) => res.set('Last-Modified', 'Mon, 01 Jan 2024 00:00:00 GMT').json({ a: 1 }),
    headers: { 'if-modified-since': 'Mon, 01 Jan 2024 00:00:00 GMT' },
  },
  'json to HEAD': { answer: (_, res) => res.json({ a: 1 }), method: 'HEAD' },
  // Of the connection.
  'time limits of the connection': {
    answer: (req, res) => {
      req.setTimeout(1000, () => undefined);
      res.setTimeout(1000, () => undefined);
      req.socket.setTimeout(0);
      req.socket.setKeepAlive(true).setNoDelay(true);
      res.socket?.setTimeout(0);
      res.end('x');
    },
  },
  'a stream': { answer: (_, res) => pipeline(Readable.from(['one ', 'two']), res) },
  'a body that is read by hand': {
    answer: (req, res) => {
      const chunks: Buffer[] = [];
      req.on('data', (chunk) => chunks.push(chunk));
      req.on('end', () => res.json({ body: String(Buffer.concat(chunks)) }));
    },
    method: 'POST',
    body: 'ünder',
    reads: true,
  },
  'an empty body that is read by hand': {
    answer: (req, res) => {
      req.resume();
      req.on('end', () => res.json({ ended: true }));
    },
    method: 'POST',
  },
  // What fails in its middle; on Node's own server the connection is cut.
  'an error after a piece of the body': {
    answer: (_, res) => {
      res.set('X-One', '1').cookie('a', '1').write('half');
      throw new Error('in the middle');
    },
  },
  'an error after the head': {
    answer: (_, res) => {
      res.writeHead(201, { 'X-One': '1', 'Set-Cookie': 'a=1' });
      throw new Error('in the middle');
    },
  },
  'an error after the head was flushed': {
    answer: (_, res) => {
      res.set('X-One', '1').flushHeaders();
      throw new Error('in the middle');
    },
  },
  'an error that is told after a pause': {
    answer: async (_, res) => {
      res.write('half');
      await new Promise((resolve) => setImmediate(resolve));
      throw Object.assign(new Error('in the middle'), { status: 404 });
    },
  },
  'a stream that fails': { answer: (_, res) => pipeline(failing(), res) },
  'a stream that fails, and is handed on': {
    answer: (_, res) => new Promise((_resolve, reject) => failing().on('error', reject).pipe(res)),
  },
  'an answer that is destroyed': { answer: (_, res) => res.write('half') && res.destroy() },
  'a connection that is destroyed': { answer: (req, res) => res.write('half') && req.socket.destroy() },
};

function failing(): Readable {
  return Readable.from(
    (async function* () {
      yield 'half';
      throw new Error('in the middle');
    })(),
  );
}
