import { describe } from 'vitest';
import type { Store } from '../../lib/store/contract.ts';
import { countersContract } from './contract/counters.ts';
import { eventsContract } from './contract/events.ts';
import { factorsContract } from './contract/factors.ts';
import { identitiesContract } from './contract/identities.ts';
import { lateContract, type OpenHeldStore } from './contract/late.ts';
import { mailsContract } from './contract/mails.ts';
import type { OpenStore } from './contract/open-store.ts';
import { repeatsContract } from './contract/repeats.ts';
import { sessionsContract } from './contract/sessions.ts';
import { signUpsContract } from './contract/sign-ups.ts';
import { silenceContract } from './contract/silence.ts';
import { tokensContract } from './contract/tokens.ts';
import { userListsContract } from './contract/user-lists.ts';
import { usersContract } from './contract/users.ts';

export interface StoreContractOptions {
  /** Gives a store over an empty, prepared database. */
  open: OpenStore;
  /** Gives one where no answer of a first try is heard, so that every command is sent twice. */
  openRepeating: OpenStore;
  /** Gives one whose database takes what it is sent, and says nothing; null where there is no network that could. */
  openSilent: (() => Promise<Partial<Store>>) | null;
  /** Gives one whose commands may hang in the network. */
  openHeld: OpenHeldStore;
}

/** Holds a store to all that lib/store/contract.ts promises, of every kind of record. */
export function storeContract(
  name: string,
  { open, openRepeating, openSilent, openHeld }: StoreContractOptions,
): void {
  describe(name, () => {
    describe('users', () => usersContract(open));
    describe('sessions', () => sessionsContract(open));
    userListsContract(open);
    factorsContract(open);
    identitiesContract(open);
    tokensContract(open);
    signUpsContract(open);
    repeatsContract(open);
    eventsContract(open);
    countersContract(open);
    mailsContract(open);
    if (openSilent) silenceContract(openSilent);
    lateContract(openHeld);
  });

  describe(`${name}, where every command is sent twice`, () => {
    describe('users', () => usersContract(openRepeating));
    describe('sessions', () => sessionsContract(openRepeating, { isRepeated: true }));
    userListsContract(openRepeating);
    factorsContract(openRepeating);
    identitiesContract(openRepeating);
    tokensContract(openRepeating);
    signUpsContract(openRepeating);
    repeatsContract(openRepeating);
    eventsContract(openRepeating);
  });
}
