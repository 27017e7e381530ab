/** The databases in which everything can be kept. */
export const storeKinds = ['mongodb', 'postgres', 'mysql', 'sqlite'] as const;

export type StoreKind = (typeof storeKinds)[number];
