import { createRequire } from 'node:module';
import { isWrite, type Statements } from './statements.ts';

interface Statement {
  all(...bindings: unknown[]): unknown;
  run(...bindings: unknown[]): unknown;
}

interface Driver {
  prototype: { prepare(sql: string): Statement };
}

/**
 * Counts what bundles in this process ask of SQLite, at its driver, which none of them carries. By `all` and `run` both
 * Knex and Kysely ask; a statement is counted as often as it runs.
 *
 * @returns what takes the counts since the last call.
 */
export function countSqliteStatements(): () => Statements {
  const { prototype } = createRequire(import.meta.url)('libsql') as Driver;
  const { prepare } = prototype;
  let counts: Statements = { roundTrips: 0, writes: 0 };
  prototype.prepare = function (sql) {
    const statement = prepare.call(this, sql);
    for (const how of ['all', 'run'] as const) {
      const ask = statement[how];
      statement[how] = (...bindings) => {
        counts.roundTrips += 1;
        if (isWrite(sql)) counts.writes += 1;
        return ask.apply(statement, bindings);
      };
    }
    return statement;
  };
  return () => {
    const taken = counts;
    counts = { roundTrips: 0, writes: 0 };
    return taken;
  };
}
