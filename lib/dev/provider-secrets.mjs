const isLocal = (stage) => stage === 'dev' || stage === 'test';

/**
 * A plugin of serverless.yml: gives each function that reads `OIDC_PROVIDERS` the secret of each of them, whose names
 * follow from it. CloudFormation reads them from Parameter Store, as it does the other secrets; on this machine they
 * come by the names that `npm run dev` sets.
 */
export default class ProviderSecrets {
  /** @param {{ service: { service: string, functions: object, provider: { stage: string } } }} serverless */
  constructor(serverless, { stage } = {}) {
    const give = () => {
      const { service, functions, provider } = serverless.service;
      const named = stage ?? provider.stage;
      const secretOf = (name) =>
        isLocal(named)
          ? (process.env[`OFFLINE_${name}`] ?? '')
          : `{{resolve:ssm:/${service}/${named}/${name}}}`;
      for (const { environment } of Object.values(functions))
        for (const name of secretsOf(environment?.OIDC_PROVIDERS)) environment[name] = secretOf(name);
    };
    this.hooks = { initialize: give };
  }
}

/** Of what is no list of providers none: the function says at its start what is wrong with it. */
function secretsOf(setting) {
  try {
    return JSON.parse(setting).map(({ id }) => `OIDC_SECRET_${id.toUpperCase().replaceAll('-', '_')}`);
  } catch {
    return [];
  }
}
