const isLocal = (stage) => stage === 'dev' || stage === 'test';

/**
 * A plugin of serverless.yml: where `EVENT_BUS` is set, `mail` alone may put events on that bus, and `sessions`, which
 * sends no mail, may hand it a job. Without it no function may do more than before.
 */
export default class EventBus {
  /** @param {{ service: { functions: object, resources: object, provider: { stage: string } } }} serverless */
  constructor(serverless, { stage } = {}) {
    const allow = () => {
      const { functions, resources, provider } = serverless.service;
      const bus = functions.mail?.environment?.EVENT_BUS;
      if (!bus || isLocal(stage ?? provider.stage)) return;
      functions.sessions.role = 'MailJobsRole';
      resources.Resources.MailRole.Properties.Policies.push({
        PolicyName: 'event-bus',
        PolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: ['events:PutEvents'], Resource: arnOf(bus) }],
        },
      });
    };
    this.hooks = { initialize: allow };
  }
}

/** A bus that is named is one of the account and region that is deployed to. */
function arnOf(bus) {
  if (bus.startsWith('arn:')) return bus;
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills these in.
  const here = 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/';
  return { 'Fn::Sub': here + bus };
}
