import { runStep } from './run-step.mjs';

/** The plugin of serverless.yml: what it does stands in settle.ts and releases.ts. */
export default class SessionAuthService {
  constructor(serverless, { stage } = {}, { log }) {
    const settle = async () => {
      const said = await runStep(
        serverless,
        './settle.ts',
        'settle',
        stage ?? serverless.service.provider.stage,
      );
      if (said) log.warning(said);
    };
    this.hooks = {
      initialize: settle,
      'after:aws:package:finalize:mergeCustomProviderResources': () =>
        runStep(serverless, './releases.ts', 'addReleases'),
    };
  }
}
