import { deployedAuthorizer } from '../lib/aws/deployed.ts';

export const handler = await deployedAuthorizer(() => import('../lib/functions/authorizer.ts'));
