/** A package that express-session and compression set headers by, and that brings no types. */
declare module 'on-headers' {
  import type { ServerResponse } from 'node:http';
  /** Calls the listener as the head is about to be written. */
  export default function onHeaders(res: ServerResponse, listener: () => void): void;
}
