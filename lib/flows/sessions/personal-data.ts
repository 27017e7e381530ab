import type { PersonalDataPart } from '../shared/personal-data.ts';

/** Where somebody is signed in. */
export const sessionsPersonalData: readonly PersonalDataPart[] = [
  {
    kind: 'sessions',
    export: { name: 'sessions', read: ({ id }, { devices }) => devices.export(id) },
    erase: async ({ id }, { devices }) => void (await devices.endAll(id)),
  },
];
