import { deployedHttp } from '../lib/aws/deployed.ts';
import { readEnvironment } from '../lib/base/config.ts';
import { exampleFunction } from '../lib/functions/example.ts';

export const handler = await deployedHttp((environment) =>
  exampleFunction(readEnvironment(environment, 'http')),
);
