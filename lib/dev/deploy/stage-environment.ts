import { ConfigError, readConfig } from '../../store/read-config.ts';
import { UsageError } from '../command.ts';
import { environmentOf, type Service } from '../service/service.ts';

/** The address of an API that is not there yet, for what only looks at its form. */
const anyAddress = 'https://example.com';

/**
 * All that the functions of a stage are given, together: a setting is the same in each that has it.
 *
 * @param apiUrl stands where CloudFormation fills in the address of the API.
 */
export function stageEnvironment(service: Service, apiUrl = anyAddress): Record<string, string> {
  const all = Object.values(service.functions).flatMap((each) =>
    Object.entries(environmentOf(service, each)),
  );
  return Object.fromEntries(
    all.map(([name, value]) => [name, typeof value === 'object' ? apiUrl : String(value)]),
  );
}

/** @throws {UsageError} where the functions would refuse to start with these settings. */
export function checkSettings(env: NodeJS.ProcessEnv): void {
  try {
    readConfig(env);
  } catch (error) {
    throw error instanceof ConfigError ? new UsageError(inParams(error, env), { cause: error }) : error;
  }
}

const inParams = ({ message }: ConfigError, { STAGE }: NodeJS.ProcessEnv) =>
  message.replace(
    /^.*$/m,
    `Bad settings. They stand in serverless.yml, under params.${STAGE}, or where that refers to:`,
  );
