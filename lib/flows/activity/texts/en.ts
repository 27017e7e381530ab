export const pages = {
  title: 'Activity',
  lead: (days: number) => `What has happened on your account in the last ${days} days, newest first.`,
  empty: 'There is nothing yet.',
  noneOlder: 'There is nothing older.',
  older: 'Older',
  newest: 'Back to the newest',
  notYou: 'Something that was not you? {choose}, then {look}.',
  choose: 'Choose a new password',
  look: 'look at your devices',
  /** Of what an administrator has done. */
  about: 'done by you, to an account',
};
