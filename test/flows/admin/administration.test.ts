import { describe, expect, test } from 'vitest';
import { theOperator } from '../../../lib/activity/event.ts';
import { createAdministration } from '../../../lib/flows/admin/administration.ts';
import { userOf } from '../../support/addresses.ts';
import { eventSources } from '../../support/events.ts';
import type { Instance } from '../../support/instance.ts';
import { testInstances } from '../../support/instances.ts';
import { pauseAt } from '../../support/pausing.ts';
import { otherPassword, type Person, signedUp, strongPassword } from '../../support/person.ts';
import { setRoles } from '../../support/roles.ts';
import { besideDevice } from '../../support/session-cookie.ts';

/** What an administrator does to users, whoever asks for it; by routes: admin.test.ts. */

const { start } = testInstances('administration');

const administrationOf = ({ services }: Instance) => createAdministration(services);
const leave = ({ account, password }: Person) => account.delete('/account', { currentPassword: password });
const lastAdmin = { status: 409, code: 'last_admin' };

/** Somebody with their id. */
async function somebody(instance: Instance, source?: (typeof eventSources)[number]) {
  const ada = await signedUp({ instance, ...(source && { source }) });
  return { ada, id: (await userOf(ada)).id as string };
}

/** Administrators, and nobody else: those of other tests are none any more. */
async function administrators(instance: Instance, count: number) {
  const query = { key: 'emailKey', prefix: '', role: 'admin', most: 100 } as const;
  for (const { id } of await instance.services.store.users.list(query)) await setRoles(instance, id, []);
  const made = [];
  for (let at = 0; at < count; at += 1) {
    const admin = await somebody(instance);
    await administrationOf(instance).setRoles(undefined, admin.id, ['admin']);
    made.push(admin);
  }
  return made;
}

describe.each(eventSources)('over $name', (source) => {
  test('roles are in force at the next request, on every instance', async () => {
    const [here, there] = [start(), start()];
    const { ada, id } = await somebody(here, source);
    const elsewhere = ada.elsewhere({ instance: there, cookies: ada.cookies });
    expect((await userOf(elsewhere)).roles).toEqual([]);

    await administrationOf(here).setRoles(undefined, id, ['editor', 'admin', 'editor']);
    expect((await userOf(elsewhere)).roles).toEqual(['admin', 'editor']);
    await administrationOf(there)
      .setRoles(undefined, id, ['editor'])
      .catch(() => undefined);
    await setRoles(here, id, []);

    expect((await userOf(elsewhere)).roles).toEqual([]);
  });

  test('ASVS 7.4.2: disabling ends every session at once, and only the right password is told', async () => {
    const [here, there] = [start(), start()];
    const { ada, id } = await somebody(here, source);
    const devices = [ada, ada.elsewhere({ instance: there })];
    await devices[1]?.signIn();

    expect(await administrationOf(here).disable(undefined, id)).toBe(true);

    for (const device of devices) expect(await device.status()).toBe(401);
    expect((await ada.signIn()).json()).toMatchObject({ status: 403, code: 'account_disabled' });
    expect((await ada.signIn('a wrong password of nobody')).json()).toMatchObject({
      status: 401,
      code: 'invalid_credentials',
    });
    expect(await ada.status()).toBe(401);
    await administrationOf(there).enable(undefined, id);
    for (const device of devices) expect(await device.status()).toBe(401);
    expect((await ada.signIn()).status).toBe(200);
  });
});

test('a session that is stored while the account is disabled is none, then and afterwards', async () => {
  const instance = start();
  const { ada, id } = await somebody(instance);
  const administration = administrationOf(instance);

  const [, ...signedIn] = await Promise.all([
    administration.disable(undefined, id),
    ...[1, 2, 3].map(async () => {
      const device = ada.elsewhere();
      await device.signIn();
      return device;
    }),
  ]);

  for (const device of signedIn) expect(await device.status()).toBe(401);
  await administration.enable(undefined, id);
  for (const device of signedIn) expect(await device.status()).toBe(401);
});

test('who is disabled between two askings for the same change of password gets no session by the second', async () => {
  const passwords = { currentPassword: strongPassword, newPassword: otherPassword };
  for (const commands of [1, 2, 3]) {
    const [here, there] = [start(), start()];
    const { ada, id } = await somebody(here);
    const twin = ada.elsewhere({ instance: there });
    for (const [name, value] of Object.entries(ada.cookies.all())) twin.cookies.set(name, value);
    const gate = pauseAt(there, commands);
    const second = twin.account.post('/account/password', passwords);
    await gate.arrived(1);
    expect((await ada.account.post('/account/password', passwords)).status).toBe(204);
    await administrationOf(here).disable(undefined, id);
    gate.open();

    expect({ commands, status: (await second).status }).not.toEqual({ commands, status: 204 });
    await administrationOf(here).enable(undefined, id);
    expect({ commands, status: await twin.status() }).toEqual({ commands, status: 401 });
  }
});

test('who is disabled just after signing up, and signs up again, is told that the address is taken', async () => {
  const instance = start();
  const { ada, id } = await somebody(instance);
  await administrationOf(instance).disable(undefined, id);

  const again = await ada.signUp();

  expect(again.json()).toMatchObject({ status: 409, code: 'email_taken' });
  expect(besideDevice(again)).toEqual([]);
});

test('what an administrator did is in both activities, and a user is not told from where', async () => {
  const instance = start();
  const [{ ada: boss, id: by }] = (await administrators(instance, 1)) as [{ ada: Person; id: string }];
  const { ada, id } = await somebody(instance);
  const caller = { ip: '192.0.2.7', userAgent: 'a browser' };

  await administrationOf(instance).setRoles({ userId: by, caller }, id, ['editor']);
  await administrationOf(instance).endSessions(undefined, id);
  await ada.signIn();

  const { events } = (await ada.account.get('/account/activity')).json();
  const byOthers = events.filter((event: { by?: string }) => event.by !== undefined);
  expect(byOthers).toMatchObject([
    { type: 'sessions_ended_by_admin', by: theOperator, ip: null, userAgent: null },
    { type: 'roles_changed', by, ip: null, userAgent: null },
  ]);
  const { events: ofBoss } = (await boss.account.get('/account/activity')).json();
  expect(ofBoss[0]).toMatchObject({ type: 'roles_changed', by, about: id, ip: '192.0.2.7' });
});

test('the last administrator is neither demoted, nor disabled, nor leaves', async () => {
  const instance = start();
  const administration = administrationOf(instance);
  const [first, second] = await administrators(instance, 2);
  if (!first || !second) throw new Error('two were asked for');
  await administration.disable(undefined, second.id);

  await expect(administration.setRoles(undefined, first.id, ['editor'])).rejects.toMatchObject(lastAdmin);
  await expect(administration.disable(undefined, first.id)).rejects.toMatchObject(lastAdmin);
  expect((await leave(first.ada)).json()).toMatchObject(lastAdmin);

  expect((await userOf(first.ada)).roles).toEqual(['admin']);
  await administration.enable(undefined, second.id);
  expect((await leave(first.ada)).status).toBe(204);
});

test.each(['demoted', 'disabled', 'leave'] as const)(
  'of administrators who are all %s at once, over instances, one stays',
  async (how) => {
    const instances = [start(), start(), start()];
    const admins = await administrators(instances[0] as Instance, 3);
    const acts = {
      demoted: (at: number, id: string) =>
        administrationOf(instances[at] as Instance).setRoles(undefined, id, []),
      disabled: (at: number, id: string) =>
        administrationOf(instances[at] as Instance).disable(undefined, id),
      leave: (at: number) => leave((admins[at] as { ada: Person }).ada),
    };

    await Promise.allSettled(admins.map(({ id }, at) => acts[how](at, id)));

    const query = { key: 'emailKey', prefix: '', role: 'admin', disabled: false, most: 10 } as const;
    expect(await instances[0]?.services.store.users.list(query)).toHaveLength(1);
  },
);

/** What takes somebody away who is no administrator when it begins. */
const removals = {
  demoted: (instance: Instance, { id }: Somebody) => administrationOf(instance).setRoles(undefined, id, []),
  disabled: (instance: Instance, { id }: Somebody) => administrationOf(instance).disable(undefined, id),
  deleted: async (instance: Instance, { id }: Somebody) => {
    const user = await instance.services.users.findById(id);
    return user && administrationOf(instance).erase(undefined, user);
  },
  leave: (instance: Instance, { ada }: Somebody) => {
    const elsewhere = ada.elsewhere({ instance, cookies: ada.cookies });
    return leave({ ...ada, account: elsewhere.account });
  },
};
type Somebody = { ada: Person; id: string };

test.each(['demoted', 'disabled', 'deleted', 'leave'] as const)(
  'one stays where somebody is %s, becomes an administrator meanwhile, and the other is demoted',
  async (how) => {
    const left: Record<number, number> = {};
    for (let commands = 0; commands < 8; commands += 1) {
      const [here, there] = [start(), start()];
      const [boss] = await administrators(here, 1);
      const ada = await somebody(here);
      const gate = pauseAt(there, commands);
      const removal = removals[how](there, ada).catch(() => undefined);
      await Promise.race([gate.arrived(1), removal]);
      const administration = administrationOf(here);
      await administration.setRoles(undefined, ada.id, ['admin']).catch(() => undefined);
      await administration.setRoles(undefined, boss?.id ?? '', []).catch(() => undefined);
      gate.open();
      await removal;

      const query = { key: 'emailKey', prefix: '', role: 'admin', disabled: false, most: 10 } as const;
      left[commands] = (await here.services.store.users.list(query)).length;
    }

    expect(left).toEqual(Object.fromEntries(Object.keys(left).map((commands) => [commands, 1])));
  },
);

test('one stays where an administrator who is kept out is let in, and is disabled once more meanwhile', async () => {
  for (let commands = 0; commands < 8; commands += 1) {
    const [here, there] = [start(), start()];
    const [boss, ada] = await administrators(here, 2);
    await administrationOf(here).disable(undefined, ada?.id ?? '');
    const gate = pauseAt(there, commands);
    const again = administrationOf(there)
      .disable(undefined, ada?.id ?? '')
      .catch(() => undefined);
    await Promise.race([gate.arrived(1), again]);
    await administrationOf(here).enable(undefined, ada?.id ?? '');
    await administrationOf(here)
      .setRoles(undefined, boss?.id ?? '', [])
      .catch(() => undefined);
    gate.open();
    await again;

    const query = { key: 'emailKey', prefix: '', role: 'admin', disabled: false, most: 10 } as const;
    const stay = await here.services.store.users.list(query);
    expect(stay.length, `held back at command ${commands}`).toBeGreaterThan(0);
  }
});
