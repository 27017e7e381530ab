import { account } from './account/manifest.ts';
import { activity } from './activity/manifest.ts';
import { admin } from './admin/manifest.ts';
import { docs } from './docs/manifest.ts';
import { emailAddress } from './email-address/manifest.ts';
import { example } from './example/manifest.ts';
import type { Flow } from './flow.ts';
import { health } from './health/manifest.ts';
import { outbox } from './outbox/manifest.ts';
import { passwordReset } from './password-reset/manifest.ts';
import { secondFactor } from './second-factor/manifest.ts';
import { sessions } from './sessions/manifest.ts';
import { shared } from './shared/manifest.ts';
import { signIn } from './sign-in/manifest.ts';
import { signUp } from './sign-in/sign-up/manifest.ts';

/** What every flow says of itself. */
export const manifests = [
  signUp,
  signIn,
  sessions,
  account,
  activity,
  admin,
  passwordReset,
  secondFactor,
  emailAddress,
  example,
  health,
  outbox,
  docs,
  shared,
] as const satisfies readonly Flow[];
