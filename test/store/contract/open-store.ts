import type { Store } from '../../../lib/store/contract.ts';

/** Gives a test file a store over an empty, prepared database; whoever gives it closes it. */
export type OpenStore<K extends keyof Store = keyof Store> = () => Promise<Pick<Store, K>>;
