import { tsImport } from 'tsx/esm/api';

/** The plugin of serverless.yml: what it does stands in settle.ts. */
export default class SessionAuthService {
  constructor(serverless, { stage } = {}, { log }) {
    const settle = async () => {
      const { settle } = await tsImport('./settle.ts', import.meta.url);
      try {
        const said = settle(serverless, stage ?? serverless.service.provider.stage);
        if (said) log.warning(said);
      } catch (error) {
        // Shown without a stack.
        throw error.name === 'UsageError' ? new serverless.classes.Error(error.message) : error;
      }
    };
    this.hooks = { initialize: settle };
  }
}
