import type * as en from './en.ts';

export const pages: typeof en.pages = {
  title: 'Mails',
  lead: 'In dieser Umgebung werden sie aufbewahrt und nicht verschickt; die neueste steht oben.',
  filtered: 'Die an {address}. {all}',
  all: 'Alle zeigen',
  none: 'Es gibt keine.',
  message: {
    toAndAt: 'An {address}, {time}',
    frame: (subject) => `Die Mail: ${subject}`,
    follow: 'Ihrem Link folgen',
  },
};
