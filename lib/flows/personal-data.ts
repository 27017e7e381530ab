import { activityPersonalData } from './activity/personal-data.ts';
import { outboxPersonalData } from './outbox/personal-data.ts';
import { sessionsPersonalData } from './sessions/personal-data.ts';
import { type PersonalDataPart, sharedPersonalData } from './shared/personal-data.ts';
import { signUpPersonalData } from './sign-in/sign-up/personal-data.ts';

/** What leaving erases and export gives, beside the user itself, in the order in which an export has it. */
export const personalDataParts: readonly PersonalDataPart[] = [
  ...sessionsPersonalData,
  ...sharedPersonalData,
  ...signUpPersonalData,
  ...activityPersonalData,
  ...outboxPersonalData,
];
