import { setTimeout as wait } from 'node:timers/promises';
import type { Abilities, Asking, Reply } from './asking.ts';
import type { Account, Device, Tally } from './model.ts';
import type { Random } from './random.ts';

/** How long after a change of the password that got no answer its lock is over, in milliseconds; and a bit. */
const lockMs = 15_000 + 1500;
/** A request that got no answer may still do its work so much later, in milliseconds. */
export const lateMs = 10_000;

/** One caller's checks: what is asked, and whether the answer may be true. */
export interface Watching {
  /** Asks with one device's cookie, in one of several ways. */
  look(account: Account, device: Device, random: Random): Promise<void>;
  /** Says so where an answer is about somebody else. */
  checkUser(account: Account, reply: Reply): void;
  lose(account: Account, kind: string, about?: Device): void;
  /** In calm: every device, name and password, each of which must have a definite answer. */
  verify(account: Account): Promise<void>;
}

export function createWatching(options: { asking: Asking; tally: Tally; abilities: Abilities }): Watching {
  const { asking, tally, abilities } = options;

  function lose(account: Account, kind: string, about?: Device): void {
    tally.lose(
      kind,
      `${account.email}${about ? `, session ${about.sessionId.slice(0, 8) || 'unknown'}` : ''}`,
    );
  }

  function checkUser(account: Account, { body: { user } }: Reply): void {
    account.userId ??= user?.id;
    if (!user || user.id !== account.userId || user.email !== account.email)
      lose(account, 'answered as another user');
  }

  /** Notes how a device stands now, and tells afterwards whether it stood so all the while. */
  function standing(device: Device) {
    const { state, endingsBegun, endingsUnderWay } = device;
    const undisturbed = () => endingsUnderWay === 0 && device.endingsBegun === endingsBegun;
    return {
      wasEnded: state === 'ended',
      wasLive: () => state === 'live' && device.state === 'live' && undisturbed(),
      undisturbed,
    };
  }
  type Standing = ReturnType<typeof standing>;

  function noteAccepted(account: Account, device: Device, { wasEnded }: Standing): void {
    if (wasEnded) lose(account, 'an ended session was accepted', device);
  }

  function noteRefused(account: Account, device: Device, before: Standing): void {
    if (before.wasLive()) lose(account, 'an acknowledged session was lost', device);
    // It is gone, and must stay gone.
    if (before.undisturbed()) device.state = 'ended';
  }

  async function lookAtSession(account: Account, device: Device): Promise<Reply['status']> {
    const before = standing(device);
    const reply = await asking.ask('GET', '/auth/session', device.cookie);
    if (reply.status === 200) {
      checkUser(account, reply);
      device.sessionId ||= reply.body.session?.id ?? '';
      noteAccepted(account, device, before);
    } else if (reply.status === 401) noteRefused(account, device, before);
    return reply.status;
  }

  async function lookAtAccount(account: Account, device: Device): Promise<Reply['status']> {
    const before = standing(device);
    const names = new Set(account.names.map(({ name }) => name));
    const reply = await asking.ask('GET', '/account', device.cookie);
    if (reply.status === 200) {
      checkUser(account, reply);
      noteAccepted(account, device, before);
      // Those that were asked for meanwhile are in order as well.
      for (const { name } of account.names) names.add(name);
      if (!names.has(reply.body.user?.name ?? '')) lose(account, 'an acknowledged change was lost');
    } else if (reply.status === 401) noteRefused(account, device, before);
    return reply.status;
  }

  async function lookAtList(account: Account, device: Device): Promise<void> {
    const known = account.devices.filter(({ sessionId }) => sessionId);
    const before = known.map((each) => ({ each, ...standing(each) }));
    const own = standing(device);
    const reply = await asking.ask('GET', '/sessions', device.cookie);
    if (reply.status === 401) noteRefused(account, device, own);
    if (reply.status !== 200) return;
    noteAccepted(account, device, own);
    const listed = new Set(reply.body.sessions?.map(({ id }) => id));
    for (const { each, wasEnded, wasLive } of before) {
      if (wasEnded && listed.has(each.sessionId)) lose(account, 'an ended session is listed', each);
      if (wasLive() && !listed.has(each.sessionId))
        lose(account, 'an acknowledged session is not listed', each);
    }
  }

  /** The authorizer denies what it cannot verify, so that only a yes says something, but in calm. */
  async function lookByAuthorizer(account: Account, device: Device): Promise<boolean | undefined> {
    const before = standing(device);
    const verdict = await asking.askAuthorizer(device.cookie);
    if (!verdict?.isAuthorized) return verdict?.isAuthorized;
    noteAccepted(account, device, before);
    if (verdict.userId !== account.userId) lose(account, 'answered as another user', device);
    return true;
  }

  async function look(account: Account, device: Device, random: Random): Promise<void> {
    const dice = random.number();
    if (abilities.hasAuthorizer && dice < 0.2) await lookByAuthorizer(account, device);
    else if (abilities.endsDevices && dice < 0.3) await lookAtList(account, device);
    else if (abilities.hasAccountPage && dice < 0.4) await lookAtAccount(account, device);
    else await lookAtSession(account, device);
  }

  async function verifyDevice(account: Account, device: Device): Promise<void> {
    const { state } = device;
    const status = await lookAtSession(account, device);
    if (status !== 200 && status !== 401) lose(account, `answered ${status} in calm`, device);
    if (!abilities.hasAuthorizer) return;
    const isAuthorized = await lookByAuthorizer(account, device);
    if (state === 'live' && status === 200 && !isAuthorized)
      lose(account, 'the authorizer denied a live session', device);
  }

  /** Whoever was acknowledged once can sign in; while the lock of a change that died is in force, later. */
  async function verifyPassword(account: Account): Promise<void> {
    for (;;) {
      let busy = false;
      for (const password of account.passwords) {
        const reply = await asking.ask('POST', '/auth/sign-in', undefined, {
          email: account.email,
          password,
        });
        if (reply.status === 200) return checkUser(account, reply);
        if (reply.status !== 401 && reply.status !== 503)
          return lose(account, `answered ${reply.status} in calm`);
        busy ||= reply.status === 503;
      }
      if (!busy) return lose(account, 'an acknowledged account was lost');
      if (performance.now() > account.changeLeftAt + lockMs) return lose(account, 'answered 503 in calm');
      await wait(500);
    }
  }

  async function verify(account: Account): Promise<void> {
    for (const device of account.devices) await verifyDevice(account, device);
    const live = account.devices.find(({ state }) => state === 'live');
    if (live && abilities.hasAccountPage) await lookAtAccount(account, live);
    if (live && abilities.endsDevices) await lookAtList(account, live);
    if (account.acknowledged) await verifyPassword(account);
  }

  return { look, checkUser, lose, verify };
}
