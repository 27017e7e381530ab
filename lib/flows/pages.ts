import * as account from './account/page-operations.ts';
import * as activity from './activity/page-operations.ts';
import * as admin from './admin/page-operations.ts';
import * as emailAddress from './email-address/page-operations.ts';
import type { DescribedOperations } from './flow.ts';
import * as passwordReset from './password-reset/page-operations.ts';
import * as secondFactor from './second-factor/page-operations.ts';
import * as sessions from './sessions/page-operations.ts';
import * as emailCode from './sign-in/email-code/page-operations.ts';
import * as signIn from './sign-in/page-operations.ts';
import * as signUp from './sign-in/sign-up/page-operations.ts';

/** The pages and forms of every flow, which the API's description tells of under one heading. */
export const pageFlows: readonly DescribedOperations[] = [
  signIn,
  emailCode,
  signUp,
  passwordReset,
  emailAddress,
  account,
  secondFactor,
  sessions,
  activity,
  admin,
].map((operations) => ({
  tag: 'Pages',
  description: 'For people with a browser; what their forms send is what the JSON routes take.',
  operations,
}));
