import { first } from './001-first.ts';
import { factors } from './002-factors.ts';
import { identities } from './003-identities.ts';
import { owners } from './004-owners.ts';
import { language } from './005-language.ts';
import { administration } from './006-administration.ts';
import { providerSessions } from './007-provider-sessions.ts';
import { providerSessionIndex } from './008-provider-session-index.ts';
import type { Migration } from './migration.ts';

/** In the order in which they are made. One that was released never changes: what comes next is another. */
export const migrations: readonly Migration[] = [
  first,
  factors,
  identities,
  owners,
  language,
  administration,
  providerSessions,
  providerSessionIndex,
];
