/** Hears of a store's connections: who keeps their credentials may know others. */
export interface Connections {
  /** @param close closes them for good. */
  opened(close: () => Promise<void>): void;
  /** The database refused the credentials. */
  refused(): void;
}
