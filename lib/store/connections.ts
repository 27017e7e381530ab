/** Hears of a store's connections: who keeps its address and credentials may know others. */
export interface Connections {
  /** @param close closes them for good. */
  opened(close: () => Promise<void>): void;
  /** The database refused the credentials. */
  refused(): void;
  /** The database was out of reach, or too slow to answer. */
  missed(): void;
}
