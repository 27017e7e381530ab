import { networkAddress } from '../base/network-address.ts';
import type { Attempt, SignInDevice } from './attempt.ts';
import { accountId, counterId } from './counter-id.ts';
import type { LimitParts } from './gate.ts';

/** Asks to check a password at sign-in. */
type SignInLimit = (emailKey: string, ip: string | undefined, device?: SignInDevice) => Promise<Attempt>;

/** The limits on guessing passwords at sign-in. */
export function createSignInLimits({ counters, gate, rules }: LimitParts): SignInLimit {
  const { count, refuseReached } = gate;

  async function fromAnywhere(account: string, ip: string | undefined): Promise<Attempt> {
    const network = counterId('network', networkAddress(ip));
    const pair = `${account}:${network}`;
    await refuseReached([rules.account, account], [rules.network, network], [rules.pair, pair]);
    // Counted before the password is looked at, so that of many guesses at once no more are answered.
    await count(rules.pair, pair);
    return {
      failed: async () => {
        await allDone([count(rules.account, account), count(rules.network, network)]);
      },
      succeeded: async () => {
        await refuseReached([rules.account, account], [rules.network, network]);
        await endRow(account, [pair]);
      },
    };
  }

  /**
   * A device has a counter of its own, and strangers' guesses do not touch it. Those that have signed in only before
   * the credentials last changed share one more: whoever knew an old password may have made any number of them.
   *
   * @returns undefined where that is used up: such a device is as good as any other then.
   */
  async function fromDevice(account: string, device: SignInDevice): Promise<Attempt | undefined> {
    const own = `${account}:${counterId('device', device.id)}`;
    const shared = `${account}:outdated-devices`;
    await refuseReached([rules.device, own]);
    if (device.isOutdated) {
      const { count: used } = await counters.add(rules.outdatedDevices, shared);
      if (used > rules.outdatedDevices.limit) return undefined;
    }
    await count(rules.device, own);
    const cleared = device.isOutdated ? [own, shared] : [own];
    return { failed: async () => undefined, succeeded: () => endRow(account, cleared) };
  }

  /** Forgets what a right password clears. A lock stays, also one that came while the password was looked at. */
  function endRow(account: string, ids: readonly string[]): Promise<void> {
    return counters.remove([...ids, account], { id: account, limit: rules.account.limit });
  }

  return async (emailKey, ip, device) => {
    const account = accountId(emailKey);
    const known = device && (await fromDevice(account, device));
    return known ?? fromAnywhere(account, ip);
  };
}

/** Waits for all, also where one fails: what is still under way when the answer leaves would freeze with the instance. */
async function allDone(work: Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(work)).find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;
}
