import { runStep } from './run-step.mjs';

/**
 * The plugin of serverless.yml for who runs `serverless` by hand, as `npm run package` and `npm run deploy` do: builds
 * first, and does around a deployment what stands in lib/dev/deploy/steps.ts.
 */
export default class ByHand {
  constructor(serverless, options = {}, { progress }) {
    const refuse = () => {
      throw new serverless.classes.Error(
        'serverless offline by itself has no database, secrets or built handlers. Run instead: npm run dev',
      );
    };
    const quiet = () => progress.get('main').remove();
    const step =
      (name, file = 'steps') =>
      () =>
        runStep(serverless, `../deploy/${file}.ts`, name, options, quiet);
    this.commands = {
      deploy: {
        options: {
          yes: { usage: 'Deploy what signs people out or refuses passwords without asking', type: 'boolean' },
        },
      },
    };
    this.hooks = {
      'before:offline:start': refuse,
      'before:offline:start:init': refuse,
      'before:package:cleanup': step('buildStage', 'build-stage'),
      'before:deploy:deploy': step('beforeDeploy'),
      'before:deploy:function:initialize': step('beforeFunction'),
      'after:deploy:function:initialize': step('keepRole'),
      'after:deploy:function:deploy': step('afterFunction'),
      // After what the Framework says of it.
      finalize: () => serverless.processedInput.commands.join(' ') === 'deploy' && step('afterDeploy')(),
    };
  }
}
