import { deployed } from '../lib/aws/deployed.ts';

export const handler = await deployed(() => import('../lib/functions/mail.ts'));
