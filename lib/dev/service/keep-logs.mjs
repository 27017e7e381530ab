/**
 * A plugin of serverless.yml: the logs stay when the stack is removed, or a function of it, until their time is over.
 * They say what happened up to then. A stack that never came to be leaves none behind.
 */
export default class KeepLogs {
  /** @param {{ service: { provider: { compiledCloudFormationTemplate: { Resources: object } } } }} serverless */
  constructor(serverless) {
    const keep = () => {
      const { Resources } = serverless.service.provider.compiledCloudFormationTemplate;
      for (const resource of Object.values(Resources))
        if (resource.Type === 'AWS::Logs::LogGroup')
          Object.assign(resource, { DeletionPolicy: 'RetainExceptOnCreate', UpdateReplacePolicy: 'Retain' });
    };
    this.hooks = { 'after:aws:package:finalize:mergeCustomProviderResources': keep };
  }
}
