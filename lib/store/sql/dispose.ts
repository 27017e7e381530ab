/** Knex gives such a connection to nobody any more. */
export function dispose(connection: unknown, reason: unknown): void {
  (connection as { __knex__disposed?: unknown }).__knex__disposed = reason;
}
