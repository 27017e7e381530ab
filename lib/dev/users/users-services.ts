import { createActivity } from '../../activity/activity.ts';
import type { ConfigFor } from '../../base/config.ts';
import { type Access, createAccess } from '../../flows/admin/access.ts';
import { undoEmail } from '../../flows/shared/token-kinds.ts';
import { createDevices } from '../../sessions/devices.ts';
import type { Store } from '../../store/contract.ts';
import { openStore } from '../../store/open-store.ts';
import { createPrepared, type Prepared } from '../../store/prepared.ts';
import { createCredentialLocks } from '../../users/credential-lock.ts';
import { createLastAdmin } from '../../users/last-admin.ts';
import { createUsers, type Users } from '../../users/repository.ts';

/** What the command `users` works with: the services of the functions, on the database alone. */
export interface UsersServices {
  readonly store: Store;
  readonly users: Users;
  readonly prepared: Prepared;
  readonly access: Access;
  readonly now: () => Date;
}

/** Whose sessions are over by their times does not matter to who ends them all. */
const limits = { sessionIdleSeconds: 0, sessionAbsoluteSeconds: 0, sessionTouchSeconds: 0 };
const silent = { debug: ignore, info: ignore, warn: ignore, error: ignore };

export function createUsersServices(
  config: ConfigFor<'database' | 'activity'>,
  store: Store = openStore(config),
): UsersServices {
  const now = () => new Date();
  const users = createUsers(store.users);
  const core = { config: { ...config, ...limits }, log: silent, now, store, users };
  const devices = createDevices({ ...core, records: store.sessions });
  const locks = createCredentialLocks({ ...core, records: store.users, undoMs: undoEmail.lifetimeMs });
  const activity = createActivity(core);
  const lastAdmin = createLastAdmin(core);
  return {
    store,
    users,
    prepared: createPrepared({ store }),
    access: createAccess({ users, devices, locks, activity, lastAdmin, now }),
    now,
  };
}

function ignore(): void {}
