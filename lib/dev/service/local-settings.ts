import { isSecret } from './secret-names.ts';
import type { Service, Value } from './service.ts';

/** Where functions that run on this machine are reached, unless PUBLIC_URL says. */
const here = 'http://localhost:3000';

/**
 * A setting of a stage that runs on this machine, from its environment. Secrets have other names there: whatever
 * packages or prints such a stage in a shell that holds some finds none.
 */
export function localValue(name: string, env: NodeJS.ProcessEnv = process.env): string {
  if (isSecret(name)) return env[`OFFLINE_${name}`] ?? '';
  return env[name] || (name === 'PUBLIC_URL' ? here : '');
}

/** Gives the functions what this machine's environment says, in place of the params of a deployed stage. */
export function takeLocalSettings(service: Service): void {
  // `npm run dev` sweeps as long as it runs.
  delete service.functions.sweep;
  // These two are known by the stage itself.
  for (const { environment = {} } of [service.provider, ...Object.values(service.functions)])
    for (const name of Object.keys(environment))
      if (name !== 'STAGE' && name !== 'STORE')
        (environment as Record<string, Value>)[name] = localValue(name);
}
