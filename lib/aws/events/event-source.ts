import type { JsonObject } from './event.ts';
import type { Header } from './read-headers.ts';

/** One way in which HTTP requests reach a function: how its events are read, and its answers written. */
export interface EventSource {
  /** Tells whether an event is of this source; it is asked in the order of the list in find-event-source.ts. */
  recognizes(event: JsonObject): boolean;
  /** The method as the event has it, or undefined; never throws. */
  method(event: JsonObject): string | undefined;
  /** What no other source says in the same way; never throws. */
  read(event: JsonObject, headers: readonly Header[]): Address;
  /** The answer in the form that the source reads: no cookie lost, no header named twice. */
  answer(answer: AppAnswer, event: JsonObject): LambdaResult;
}

/** What was asked for, and from where. */
export type Address = {
  /** Percent-encoded, with a leading slash, without the prefix under which the API is published. */
  path: string;
  /** Percent-encoded, without its `?`, with every value of a repeated key that the source passes on. */
  query: string;
  /** The address that AWS saw, with or without a port; never one that a client claims. */
  ip: string | undefined;
  /** Whether the client used TLS. */
  secure: boolean;
};

/** What the app answered. Header names are in lower case and Set-Cookie is not among them. */
export type AppAnswer = {
  status: number;
  headers: Record<string, string>;
  cookies: string[];
  body: Buffer;
};

/** What the function returns to Lambda; which of the fields are there depends on the event's source. */
export type LambdaResult = {
  statusCode: number;
  statusDescription?: string;
  headers?: Record<string, string>;
  multiValueHeaders?: Record<string, string[]>;
  cookies?: string[];
  body: string;
  isBase64Encoded: boolean;
};
