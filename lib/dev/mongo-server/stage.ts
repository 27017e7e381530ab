import type { Doc } from './bson-doc.ts';
import type { Collection } from './storage.ts';

/** One step of a pipeline: the documents that come out of it. */
export type Stage = (docs: Doc[]) => Doc[];

/** What a pipeline works on beside its own documents. */
export interface PipelineContext {
  /** Another collection of the database; undefined where it is not there. */
  collection(name: string): Collection | undefined;
}
