import type { PasskeyRecord } from '../store/credential-records.ts';

/** A passkey as its owner sees it, without its key. */
export type PasskeyView = Pick<PasskeyRecord, 'id' | 'name' | 'createdAt' | 'backedUp'> & {
  /** Null where it was never used. */
  readonly lastUsedAt: Date | null;
};

export function passkeyView({ id, name, createdAt, lastUsedAt, backedUp }: PasskeyRecord): PasskeyView {
  return { id, name, createdAt, lastUsedAt: lastUsedAt ?? null, backedUp };
}
