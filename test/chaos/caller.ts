import { setTimeout as wait } from 'node:timers/promises';
import { type Abilities, createAsking, type Reply } from './asking.ts';
import type { Fleet } from './fleet.ts';
import { type Account, type Device, newAccount, type Tally } from './model.ts';
import type { Random } from './random.ts';
import { createWatching, lateMs } from './watching.ts';

/** So many things a caller does with one account before signing up for the next. */
const actsPerAccount = 12;
/** After so many sign-ins the other devices are ended: over 50 the product ends the oldest by itself. */
const mostSignIns = 30;

/** One person with several accounts and browsers, who knows what must be true and says when it is not. */
export interface Caller {
  /** Signs up, in and out, changes password and name and ends devices, one thing after the other. */
  act(random: Random, isOver: () => boolean): Promise<void>;
  /** Asks who is signed in, on all devices, all the while. */
  look(random: Random, isOver: () => boolean): Promise<void>;
  /** After the storm: everything that must be true, asked once more. */
  verify(): Promise<void>;
}

export function createCaller(options: {
  number: number;
  fleet: Fleet;
  tally: Tally;
  abilities: Abilities;
}): Caller {
  const { number, tally, abilities } = options;
  const asking = createAsking(options);
  const { ask } = asking;
  const { look, checkUser, lose, verify } = createWatching({ asking, tally, abilities });
  const nextAccount = () => newAccount(`caller${number}.${accounts.length}@example.com`);
  const accounts: Account[] = [];
  let account = nextAccount();
  accounts.push(account);
  let acts = 0;
  let changes = 0;

  function addDevice(cookie: string | undefined, reply: Reply): void {
    if (!cookie) {
      lose(account, `answered ${reply.status} without a cookie`);
      return;
    }
    const sessionId = reply.body.session?.id ?? '';
    account.devices.push({ cookie, sessionId, state: 'live', endingsBegun: 0, endingsUnderWay: 0 });
    account.acknowledged = true;
    tally.sessions += 1;
  }

  async function signUp(): Promise<void> {
    const { email, passwords, names } = account;
    const body = { email, password: passwords[0], name: names[0]?.name };
    const reply = await ask('POST', '/auth/sign-up', undefined, body);
    if (reply.status !== 201) return;
    tally.signUps += 1;
    checkUser(account, reply);
    addDevice(reply.cookie, reply);
  }

  async function signIn(): Promise<void> {
    account.signIns += 1;
    let refused = 0;
    for (const [at, password] of account.passwords.entries()) {
      const reply = await ask('POST', '/auth/sign-in', undefined, { email: account.email, password });
      if (reply.status === 200) {
        checkUser(account, reply);
        // Passwords only ever change to later ones.
        account.passwords = account.passwords.slice(at);
        return addDevice(reply.cookie, reply);
      }
      if (reply.status === 401) refused += 1;
    }
    if (account.acknowledged && refused === account.passwords.length)
      lose(account, 'an acknowledged account was lost');
  }

  /** Runs what may end the devices, and marks them while it is under way. */
  async function ending(devices: Device[], run: () => Promise<boolean | 'unsure'>): Promise<void> {
    for (const device of devices) {
      device.endingsBegun += 1;
      device.endingsUnderWay += 1;
    }
    const ended = await run();
    for (const device of devices) {
      device.endingsUnderWay -= 1;
      if (ended === true) {
        if (device.state !== 'ended') tally.ended += 1;
        device.state = 'ended';
      } else if (ended === 'unsure' && device.state === 'live') device.state = 'unsure';
    }
  }

  async function signOut(device: Device): Promise<void> {
    await ending([device], async () => {
      const reply = await ask('POST', '/auth/sign-out', device.cookie);
      return reply.status === 204 ? true : 'unsure';
    });
  }

  async function endDevice(from: Device, device: Device): Promise<void> {
    await ending([device], async () => {
      const reply = await ask('DELETE', `/sessions/${device.sessionId}`, from.cookie);
      if (reply.status === 401) return false;
      if (reply.status === 404 && device.state === 'live')
        lose(account, 'an acknowledged session was lost', device);
      return reply.status === 204 || reply.status === 404 ? true : 'unsure';
    });
  }

  async function endOthers(device: Device): Promise<void> {
    const others = account.devices.filter((each) => each !== device);
    await ending(others, async () => {
      const reply = await ask('DELETE', '/sessions', device.cookie);
      if (reply.status === 401) return false;
      if (reply.status === 204) account.signIns = 0;
      return reply.status === 204 ? true : 'unsure';
    });
  }

  async function changePassword(device: Device, currentPassword: string): Promise<void> {
    changes += 1;
    const newPassword = `password number ${changes} of caller ${number}`;
    let changed: Reply | undefined;
    await ending([...account.devices], async () => {
      const body = { currentPassword, newPassword };
      const reply = await ask('POST', '/account/password', device.cookie, body);
      if (typeof reply.status === 'number' && reply.status >= 400 && reply.status < 500) return false;
      if (reply.status !== 204) {
        account.passwords.push(newPassword);
        account.changeLeftAt = performance.now();
        return 'unsure';
      }
      tally.passwordChanges += 1;
      account.signIns = 0;
      account.passwords = [newPassword];
      changed = reply;
      return true;
    });
    if (changed) addDevice(changed.cookie, changed);
  }

  async function rename(device: Device): Promise<void> {
    changes += 1;
    const name = `Name ${changes}`;
    const askedAt = performance.now();
    account.names.push({ name, askedAt });
    const { status } = await ask('PATCH', '/account', device.cookie, { name });
    const wasRefused = typeof status === 'number' && status >= 400 && status < 500;
    if (status === 200) tally.renames += 1;
    account.names = account.names.filter((each) => {
      if (each.name === name) return !wasRefused;
      // What got no answer shortly before may still come to pass.
      return status !== 200 || each.askedAt > askedAt - lateMs;
    });
  }

  async function actOnce(random: Random): Promise<void> {
    if (!account.acknowledged) return random.number() < 0.6 ? signUp() : signIn();
    const usable = account.devices.filter((each) => each.state !== 'ended');
    if (usable.length === 0 || random.number() < 0.3) return signIn();
    const device = random.pick(usable);
    const dice = random.number();
    if (abilities.endsDevices && (dice < 0.15 || account.signIns > mostSignIns)) return endOthers(device);
    if (abilities.changesPasswords && dice < 0.3)
      return changePassword(device, random.pick(account.passwords));
    if (abilities.hasAccountPage && dice < 0.45) return rename(device);
    const other = random.pick(usable);
    if (abilities.endsDevices && dice < 0.65 && other.sessionId) return endDevice(device, other);
    return signOut(device);
  }

  return {
    act: async (random, isOver) => {
      while (!isOver()) {
        await actOnce(random);
        acts += 1;
        if (account.acknowledged && acts % actsPerAccount === 0) {
          account = nextAccount();
          accounts.push(account);
        }
        await wait(random.integer(0, 400));
      }
    },
    look: async (random, isOver) => {
      while (!isOver()) {
        const looked = random.number() < 0.8 ? account : random.pick(accounts);
        // Of the many that have ended, the newest: those are where a late save would bring one back.
        const recent = looked.devices.slice(-12);
        if (recent.length > 0) await look(looked, random.pick(recent), random);
        await wait(random.integer(0, 60));
      }
    },
    verify: async () => {
      for (const each of accounts) await verify(each);
    },
  };
}
