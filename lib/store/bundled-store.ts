import type { StoreKind } from '../base/config.ts';

declare const BUNDLED_STORE: StoreKind | undefined;

/** The one store whose code a bundle carries, as lib/dev/build.ts puts it in; undefined outside of one: all are here. */
export const bundledStore = typeof BUNDLED_STORE === 'undefined' ? undefined : BUNDLED_STORE;
