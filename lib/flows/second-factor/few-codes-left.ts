/** So few recovery codes that their user is told to make new ones. */
export const fewCodesLeft = 2;
