import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from 'node:http';

/** What `writeHead` takes. */
export type HeadArguments = [
  status: number,
  reason?: string | WrittenHeaders | undefined,
  headers?: WrittenHeaders | undefined,
];

type WrittenHeaders = OutgoingHttpHeaders | OutgoingHttpHeader[];

/**
 * Throws what Node's own answer throws at a head that cannot be sent, before anything is done for its sake:
 * a status that is none, a reason or a header that would break the lines.
 */
export function checkHead(res: ServerResponse, head: HeadArguments): void {
  const probe = new ServerResponse(res.req);
  Reflect.apply(probe.writeHead, probe, head);
}

/** Throws what Node's own answer throws at a piece of a body that is neither text nor bytes. */
export function checkChunk(res: ServerResponse, chunk: unknown): void {
  if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) new ServerResponse(res.req).write(chunk);
}

/** Sets the headers of a `writeHead`: an object, or a flat list in which a name may come again. */
export function setWrittenHeaders(res: ServerResponse, [, reason, last]: HeadArguments): void {
  const headers = typeof reason === 'object' ? (reason ?? last) : last;
  if (Array.isArray(headers)) setList(res, headers);
  else for (const [name, value] of Object.entries(headers ?? {})) res.setHeader(name, value ?? '');
}

function setList(res: ServerResponse, list: OutgoingHttpHeader[]): void {
  const values = new Map<string, string[]>();
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = String(list[at]).toLowerCase();
    values.set(name, [...(values.get(name) ?? []), ...[list[at + 1] ?? ''].flat().map(String)]);
  }
  for (const [name, each] of values) res.setHeader(name, each.length === 1 ? String(each[0]) : each);
}
