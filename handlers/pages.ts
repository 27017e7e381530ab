import { deployedHttp } from '../lib/aws/deployed.ts';

export const handler = await deployedHttp(() => import('../lib/functions/pages.ts'));
