import type { Flow, NoticeOf } from './flow.ts';
import { manifests } from './manifests.ts';

/** A notice that a flow declares. */
export type Notice = NoticeOf<(typeof manifests)[number]>;

/** What is told once after a redirect, by its code. */
export const notices: Readonly<Record<Notice, string>> = Object.assign(
  {},
  ...manifests.map(({ notices }: Flow) => notices),
);
