import { isLocal } from '../../base/settings.ts';
import { UsageError } from '../command.ts';
import { allowEventBus } from './event-bus.ts';
import { localValue, takeLocalSettings } from './local-settings.ts';
import { giveOwnRoles } from './own-roles.ts';
import { giveProviderSecrets } from './provider-secrets.ts';
import { prepareReleases } from './releases.ts';
import { allowSending } from './sender.ts';
import { paramsOf, type Serverless, type Service } from './service.ts';
import { checkStage } from './stage-settings.ts';
import { turnSwitches } from './switches.ts';

/**
 * Makes of serverless.yml what its stage is: on this machine with the settings of its environment, elsewhere with the
 * roles that its settings ask for.
 *
 * @returns what is to be told.
 * @throws {UsageError} for settings that no deployed stage may have.
 */
export function settle(serverless: Serverless, stage: string): string | undefined {
  const { service, processedInput } = serverless;
  if (isLocal(stage)) {
    if (processedInput.commands[0] === 'deploy')
      throw new UsageError(
        `Stage ${stage} runs on one machine and serves cookies without Secure: not deployed. Name another: --stage prod`,
      );
    takeLocalSettings(service);
    giveProviderSecrets(service, localValue);
    return undefined;
  }
  const params = paramsOf(serverless, stage);
  const said = /^(deploy|package)$/.test(processedInput.commands[0] ?? '')
    ? checkStage(serverless, stage)
    : undefined;
  giveProviderSecrets(service, (name) => params[name] || `ssm:/${service.service}/${stage}/${name}`);
  leaveOut(service);
  allowEventBus(service);
  allowSending(service);
  giveOwnRoles(service);
  turnSwitches(service);
  prepareReleases(service);
  return said;
}

/** What a deployed stage does without. */
function leaveOut({ functions, custom }: Service): void {
  for (const name of ['docs', 'example'] as const)
    if (custom.stage[name] !== 'deployed') delete functions[name];
  // There is no outbox: whoever asks for it gets the answer of the pages, that there is no such address.
  const { auth } = functions;
  if (auth?.events) auth.events = auth.events.filter(({ httpApi }) => httpApi !== 'ANY /dev/outbox');
}
