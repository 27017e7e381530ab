export const pages = {
  title: 'Mails',
  lead: 'Kept instead of sent, in this stage alone, the newest first.',
  filtered: 'Those to {address}. {all}',
  all: 'Show all',
  none: 'There is none.',
  message: {
    toAndAt: 'To {address}, {time}',
    frame: (subject: string) => `The mail: ${subject}`,
    follow: 'Follow its link',
  },
};
