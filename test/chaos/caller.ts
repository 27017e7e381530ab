import { setTimeout as wait } from 'node:timers/promises';
import { httpEvent } from '../support/http-event.ts';
import type { Fleet } from './fleet.ts';
import type { Account, Device, Tally } from './model.ts';
import type { Random } from './random.ts';

/** What the stack under test can be asked for. */
export interface Abilities {
  /** Function that serves each path. */
  functionOf(path: string): string;
  changesPasswords: boolean;
  endsDevices: boolean;
}

interface Reply {
  status: number | 'killed' | 'timed out';
  body: { user?: { id: string }; session?: { id: string }; code?: string };
  cookie: string | undefined;
}

/** One person with several browsers, who knows what must be true and says when it is not. */
export interface Caller {
  readonly account: Account;
  /** Signs up, in and out, changes the password and ends devices, one thing after the other. */
  act(isOver: () => boolean): Promise<void>;
  /** Asks who is signed in, on all devices, all the while. */
  look(isOver: () => boolean): Promise<void>;
  /** After the storm: everything that must be true, asked once more. */
  verify(): Promise<void>;
}

export function createCaller(options: {
  number: number;
  fleet: Fleet;
  random: Random;
  tally: Tally;
  abilities: Abilities;
}): Caller {
  const { number, fleet, random, tally, abilities } = options;
  const account: Account = {
    email: `caller${number}@example.com`,
    userId: undefined,
    acknowledged: false,
    passwords: [`first password of caller ${number}`],
    devices: [],
  };
  let calls = 0;
  let changes = 0;
  let signInsSinceCleanUp = 0;

  async function ask(method: string, path: string, cookie?: string, body?: object): Promise<Reply> {
    calls += 1;
    // Every call from an address of its own: limits on guessing are not what is tried here.
    const ip = `10.${number % 256}.${Math.floor(calls / 250) % 256}.${calls % 250}`;
    const event = httpEvent(method, path, { ip, cookies: cookie ? [cookie] : [], ...(body && { body }) });
    const outcome = await fleet.invoke(abilities.functionOf(path), event);
    tally.requests += 1;
    tally.slowestMs = Math.max(tally.slowestMs, outcome.ms);
    const reply = outcome.kind === 'answer' ? read(outcome.result) : { ...noAnswer, status: outcome.kind };
    tally.answers.set(String(reply.status), (tally.answers.get(String(reply.status)) ?? 0) + 1);
    if (reply.status === 'timed out') lose(`${method} ${path} got no answer in time`);
    if (typeof reply.status === 'number') {
      if (reply.status >= 500 && reply.status !== 503) lose(`${method} ${path} answered ${reply.status}`);
      if (reply.status === 503 && reply.cookie) lose(`${method} ${path} answered 503 with a cookie`);
      if (reply.status < 300) tally.successes.push(performance.now());
    }
    return reply;
  }

  function lose(what: string): void {
    tally.lost.push(`${account.email}: ${what}`);
  }

  function addDevice(reply: Reply): void {
    if (!reply.cookie) {
      lose(`${reply.status} without a cookie`);
      return;
    }
    checkUser(reply);
    const sessionId = reply.body.session?.id ?? '';
    account.devices.push({ cookie: reply.cookie, sessionId, state: 'live', ending: false });
    account.acknowledged = true;
    tally.sessions += 1;
  }

  function checkUser(reply: Reply): void {
    const id = reply.body.user?.id;
    account.userId ??= id;
    if (id !== account.userId) lose('was answered as another user');
  }

  async function signUp(): Promise<void> {
    const [password = ''] = account.passwords;
    const reply = await ask('POST', '/auth/sign-up', undefined, {
      email: account.email,
      password,
      name: 'Caller',
    });
    if (reply.status !== 201) return;
    tally.signUps += 1;
    addDevice(reply);
  }

  async function signIn(): Promise<void> {
    signInsSinceCleanUp += 1;
    let refused = 0;
    for (const password of account.passwords) {
      const reply = await ask('POST', '/auth/sign-in', undefined, { email: account.email, password });
      if (reply.status === 200) return addDevice(reply);
      if (reply.status === 401) refused += 1;
    }
    if (account.acknowledged && refused === account.passwords.length && account.passwords.length === 1)
      lose('cannot sign in to an account that was acknowledged');
  }

  /** Runs what may end the devices, and marks them while it is under way. */
  async function ending(devices: Device[], run: () => Promise<boolean | 'unsure'>): Promise<void> {
    for (const device of devices) device.ending = true;
    const ended = await run();
    for (const device of devices) {
      device.ending = false;
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
      return reply.status === 204 || reply.status === 404 ? true : 'unsure';
    });
  }

  async function endOthers(device: Device): Promise<void> {
    const others = account.devices.filter((each) => each !== device);
    await ending(others, async () => {
      const reply = await ask('DELETE', '/sessions', device.cookie);
      if (reply.status === 401) return false;
      if (reply.status === 204) signInsSinceCleanUp = 0;
      return reply.status === 204 ? true : 'unsure';
    });
  }

  async function changePassword(device: Device): Promise<void> {
    changes += 1;
    const newPassword = `password number ${changes} of caller ${number}`;
    const currentPassword = random.pick(account.passwords);
    let next: string | undefined;
    await ending([...account.devices], async () => {
      const body = { currentPassword, newPassword };
      const reply = await ask('POST', '/account/password', device.cookie, body);
      if (typeof reply.status === 'number' && reply.status >= 400 && reply.status < 500) return false;
      if (reply.status !== 204) {
        account.passwords.push(newPassword);
        return 'unsure';
      }
      tally.passwordChanges += 1;
      signInsSinceCleanUp = 0;
      account.passwords = [newPassword];
      next = reply.cookie;
      if (!next) lose('changed the password and got no new cookie');
      return true;
    });
    if (next) account.devices.push({ cookie: next, sessionId: '', state: 'live', ending: false });
  }

  async function actOnce(): Promise<void> {
    if (!account.acknowledged) return random.number() < 0.6 ? signUp() : signIn();
    const usable = account.devices.filter((each) => each.state !== 'ended');
    if (usable.length === 0 || random.number() < 0.3) return signIn();
    const device = random.pick(usable);
    const dice = random.number();
    if (abilities.endsDevices && (dice < 0.15 || signInsSinceCleanUp > 30)) return endOthers(device);
    if (abilities.changesPasswords && dice < 0.35) return changePassword(device);
    const other = random.pick(usable);
    if (abilities.endsDevices && dice < 0.6 && other.sessionId) return endDevice(device, other);
    return signOut(device);
  }

  async function lookAt(device: Device): Promise<void> {
    const before = { state: device.state, ending: device.ending };
    const reply = await ask('GET', '/auth/session', device.cookie);
    if (reply.status === 200) {
      checkUser(reply);
      if (before.state === 'ended') lose('an ended session was accepted');
    }
    if (reply.status === 401 && !before.ending && !device.ending) {
      if (before.state === 'live' && device.state === 'live') lose('a session that was acknowledged is lost');
      // It is gone, and must stay gone.
      if (device.state !== 'ended') device.state = 'ended';
    }
  }

  return {
    account,
    act: async (isOver) => {
      while (!isOver()) {
        await actOnce();
        await wait(random.integer(0, 200));
      }
    },
    look: async (isOver) => {
      while (!isOver()) {
        // Of the many that have ended, the newest: those are where a late save would bring one back.
        const recent = account.devices.slice(-12);
        if (recent.length > 0) await lookAt(random.pick(recent));
        await wait(random.integer(0, 30));
      }
    },
    verify: async () => {
      for (const device of account.devices) await lookAt(device);
      if (account.acknowledged) await signIn();
    },
  };
}

const noAnswer: Omit<Reply, 'status'> = { body: {}, cookie: undefined };

function read(result: unknown): Reply {
  const { statusCode, body, cookies, headers } = result as {
    statusCode: number;
    body?: string;
    cookies?: string[];
    headers?: Record<string, string>;
  };
  const line = cookies?.[0] ?? headers?.['set-cookie'];
  const pair = line?.split(';')[0];
  return {
    status: statusCode,
    body: body?.startsWith('{') ? JSON.parse(body) : {},
    cookie: pair?.endsWith('=') ? undefined : pair,
  };
}
