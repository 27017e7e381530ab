import { describe } from 'vitest';
import type { Store } from '../../lib/store/contract.ts';
import { countersContract } from './contract/counters.ts';
import { eventsContract } from './contract/events.ts';
import { lateContract, type OpenHeldStore } from './contract/late.ts';
import { mailsContract } from './contract/mails.ts';
import type { OpenStore } from './contract/open-store.ts';
import { repeatsContract } from './contract/repeats.ts';
import { signUpsContract } from './contract/sign-ups.ts';
import { silenceContract } from './contract/silence.ts';
import { tokensContract } from './contract/tokens.ts';

type Parts = 'tokens' | 'signUps' | 'repeats' | 'events' | 'counters' | 'mailJobs' | 'outbox';

/**
 * Holds a store to all that lib/store/contract.ts promises.
 *
 * @param open gives one over an empty, prepared database.
 * @param openSilent gives one whose database takes what it is sent, and says nothing.
 * @param openHeld gives one whose commands may hang in the network.
 */
export function storeContract(
  name: string,
  open: OpenStore<Parts>,
  openSilent: () => Promise<Partial<Store>>,
  openHeld: OpenHeldStore,
): void {
  describe(name, () => {
    tokensContract(open);
    signUpsContract(open);
    repeatsContract(open);
    eventsContract(open);
    countersContract(open);
    mailsContract(open);
    silenceContract(openSilent);
    lateContract(openHeld);
  });
}
