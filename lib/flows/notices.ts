import type { NoticeOf } from './flow.ts';
import type { manifests } from './manifests.ts';

/** A notice that a flow declares. */
export type Notice = NoticeOf<(typeof manifests)[number]>;
