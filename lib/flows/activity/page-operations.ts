import { operation } from '../../web/operation.ts';
import { shownToSignedIn } from '../shared/page-operation.ts';
import { listActivity } from './operations.ts';

export const activityPage = operation({
  method: 'get',
  path: '/activity',
  summary: 'What happened on the account',
  page: true,
  needs: 'session',
  query: listActivity.query as NonNullable<typeof listActivity.query>,
  answers: shownToSignedIn,
});
