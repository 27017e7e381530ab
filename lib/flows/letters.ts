import { accountMails } from './account/letters.ts';
import { adminMails } from './admin/letters.ts';
import { emailAddressMails } from './email-address/letters.ts';
import { passwordResetMails } from './password-reset/letters.ts';
import { secondFactorMails } from './second-factor/letters.ts';
import { sharedMails } from './shared/letters.ts';
import { emailCodeMails } from './sign-in/email-code/letters.ts';
import { signUpMails } from './sign-in/sign-up/letters.ts';

/** Every kind of mail of the product. */
export const mails = [
  ...sharedMails,
  ...signUpMails,
  ...passwordResetMails,
  ...emailAddressMails,
  ...accountMails,
  ...secondFactorMails,
  ...emailCodeMails,
  ...adminMails,
] as const;
