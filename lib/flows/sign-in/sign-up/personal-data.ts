import type { PersonalDataPart } from '../../shared/personal-data.ts';

/** Sign-ups that wait with the address. */
export const signUpPersonalData: readonly PersonalDataPart[] = [
  {
    kind: 'signUps',
    // Whoever made them has only typed the address: they are no data of its owner, but name it.
    erase: ({ email }, { waitingSignUps }) => waitingSignUps.endAll(email),
  },
];
