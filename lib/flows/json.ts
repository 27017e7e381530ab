import { account } from './account/manifest.ts';
import * as accountOperations from './account/operations.ts';
import { activity } from './activity/manifest.ts';
import * as activityOperations from './activity/operations.ts';
import { admin } from './admin/manifest.ts';
import * as adminOperations from './admin/operations.ts';
import { docs } from './docs/manifest.ts';
import * as docsOperations from './docs/operations.ts';
import { emailAddress } from './email-address/manifest.ts';
import * as emailAddressOperations from './email-address/operations.ts';
import { example } from './example/manifest.ts';
import * as exampleOperations from './example/operations.ts';
import type { DescribedOperations } from './flow.ts';
import { health } from './health/manifest.ts';
import * as healthOperations from './health/operations.ts';
import { outbox } from './outbox/manifest.ts';
import * as outboxOperations from './outbox/operations.ts';
import { passwordReset } from './password-reset/manifest.ts';
import * as passwordResetOperations from './password-reset/operations.ts';
import { secondFactor } from './second-factor/manifest.ts';
import * as secondFactorOperations from './second-factor/operations.ts';
import * as accountProviderOperations from './second-factor/provider-operations.ts';
import { sessions } from './sessions/manifest.ts';
import * as sessionsOperations from './sessions/operations.ts';
import * as emailCodeOperations from './sign-in/email-code/operations.ts';
import { signIn } from './sign-in/manifest.ts';
import * as signInOperations from './sign-in/operations.ts';
import * as passkeyOperations from './sign-in/passkey/operations.ts';
import * as passwordOperations from './sign-in/password/operations.ts';
import * as providerOperations from './sign-in/providers/operations.ts';
import { signUp } from './sign-in/sign-up/manifest.ts';
import * as signUpOperations from './sign-in/sign-up/operations.ts';

/** The routes of every flow, in the order in which the API's description tells of them. */
export const jsonFlows: readonly DescribedOperations[] = [
  { ...signIn, operations: signInOperations },
  { ...signIn, operations: passwordOperations },
  { ...signIn, operations: passkeyOperations },
  { ...signIn, operations: providerOperations },
  { ...signIn, operations: emailCodeOperations },
  { ...signUp, operations: signUpOperations },
  { ...secondFactor, operations: secondFactorOperations },
  { ...secondFactor, operations: accountProviderOperations },
  { ...passwordReset, operations: passwordResetOperations },
  { ...emailAddress, operations: emailAddressOperations },
  { ...account, operations: accountOperations },
  { ...activity, operations: activityOperations },
  { ...sessions, operations: sessionsOperations },
  { ...admin, operations: adminOperations },
  { ...example, operations: exampleOperations },
  { ...health, operations: healthOperations },
  { ...outbox, operations: outboxOperations },
  { ...docs, operations: docsOperations },
];
