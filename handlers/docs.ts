import { deployedHttp } from '../lib/aws/deployed.ts';
import { readEnvironment } from '../lib/base/config.ts';
import { docsFunction } from '../lib/functions/docs.ts';

export const handler = await deployedHttp((environment) =>
  docsFunction(readEnvironment(environment, 'http', 'description')),
);
