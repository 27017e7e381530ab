import { type ConfigFor, keysOf, type Need } from './config.ts';
import { type About, readVariables } from './read-variables.ts';
import { isLocal, settings } from './settings.ts';

/** Thrown by {@link readSettings}: names every bad variable and never prints a value. */
export class ConfigError extends Error {
  readonly variables: readonly string[];

  constructor(faults: ReadonlyMap<string, string>) {
    const lines = [...faults].map(([name, message]) => `  ${name}: ${message}`);
    super(`Bad configuration. Set these environment variables and start again:\n${lines.join('\n')}`);
    this.name = 'ConfigError';
    this.variables = [...faults.keys()];
  }
}

/** The variables that a function reads which asks for these parts. */
export function variablesOf(needs: readonly Need[]): string[] {
  return [...new Set(keysOf(needs).map((key) => settings[key].variable))];
}

/**
 * Reads those parts of the environment that a function asks for into one frozen configuration; an empty value
 * counts as unset. No other variable is looked at.
 *
 * @param stores what the stores' code says: of a connection string, of a table's name, and which of them are here. It
 * is passed in so that a function that opens no connection need not carry a driver; the others call `readConfig` of
 * store/read-config.ts.
 * @throws {ConfigError} one error that names every missing or bad variable and prints no value.
 */
export function readSettings<N extends Need>(
  environment: NodeJS.ProcessEnv,
  needs: readonly N[],
  stores: Pick<About, 'isConnectionString' | 'isSessionTable' | 'bundledStore'>,
): ConfigFor<N> {
  const present: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value?.trim()) present[name] = value;
  const about: About = {
    present,
    deployed: present.STAGE === undefined ? undefined : !isLocal(present.STAGE),
    // serverless-offline says so of itself; Lambda has no such variable.
    insideLambda: present.AWS_LAMBDA_RUNTIME_API !== undefined && present.IS_OFFLINE !== 'true',
    ...stores,
  };
  const { values, faults } = readVariables(
    keysOf(needs).map((key) => ({ key, ...settings[key] })),
    about,
  );
  if (faults.size > 0) throw new ConfigError(faults);
  return Object.freeze(values) as unknown as ConfigFor<N>;
}

/** {@link readSettings} for a function that opens no connection. */
export function readEnvironment<N extends Exclude<Need, 'database'>>(
  environment: NodeJS.ProcessEnv,
  ...needs: readonly N[]
): ConfigFor<N> {
  const none = () => false;
  return readSettings(environment, needs, {
    isConnectionString: none,
    isSessionTable: none,
    bundledStore: undefined,
  });
}
