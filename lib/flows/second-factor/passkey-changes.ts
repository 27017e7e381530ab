import type { Request } from 'express';
import { notSignedIn, Problem } from '../../base/problem.ts';
import { addCredentials, changeCredentials } from '../../sessions/change-credentials.ts';
import type { Factors } from '../../store/credential-records.ts';
import { whatIsLeft } from '../../users/factors.ts';
import type { Registration } from '../../users/passkey-responses.ts';
import { type PasskeyView, passkeyView } from '../../users/passkey-view.ts';
import { mostPasskeys, type Passkeys } from '../../users/passkeys.ts';
import { firstRecoveryCodes } from '../../users/recovery-codes.ts';
import type { CreationOptions } from '../../users/webauthn.ts';
import { callerOf } from '../../web/caller.ts';
import { requireUser } from '../../web/session/require-user.ts';
import { requireFresh } from '../shared/fresh.ts';
import { invalidPasskey, refusedPasskey } from '../shared/invalid-passkey.ts';
import type { PasskeyChallenges } from '../shared/passkey-challenges.ts';
import type { FactorChangesOptions } from './factor-changes.ts';
import { lastWayIn } from './last-way-in.ts';
import { secondFactor as manifest } from './manifest.ts';
import { createToldChange } from './told-change.ts';

/** Changes of somebody's passkeys, and of the password that they can stand in for. */
export interface PasskeyChanges {
  /** @throws {Problem} 403 `reauthentication_needed`; 409 `too_many_passkeys`. */
  begin(req: Request): Promise<CreationOptions>;
  /**
   * Adds a passkey; this session gets a new id.
   *
   * @returns recovery codes for who had none, else an empty list.
   * @throws {Problem} 403 `reauthentication_needed`, `invalid_passkey`; 409 `passkey_taken`, `too_many_passkeys`.
   */
  add(
    req: Request,
    given: { name?: string | undefined; credential: Registration },
  ): Promise<{ passkey: PasskeyView; recoveryCodes: string[] }>;
  /** @throws {Problem} 404 `not_found`. */
  rename(req: Request, id: string, name: string): Promise<PasskeyView>;
  /**
   * Every other session ends; this one gets a new id.
   *
   * @throws {Problem} 403 `reauthentication_needed`; 404 `not_found`; 409 `last_way_in`.
   */
  remove(req: Request, id: string): Promise<void>;
  /** The same for the password. @throws {Problem} 403 `reauthentication_needed`; 409 `last_way_in`. */
  removePassword(req: Request): Promise<void>;
}

export interface PasskeyChangesOptions extends FactorChangesOptions {
  passkeys: Passkeys;
  passkeyChallenges: PasskeyChallenges;
}

export function createPasskeyChanges(options: PasskeyChangesOptions): PasskeyChanges {
  const { secondFactors, passkeys, passkeyChallenges, sessions, activity } = options;
  const { tell, requireChanged } = createToldChange(options);

  async function add(
    req: Request,
    { name, credential }: { name?: string | undefined; credential: Registration },
  ) {
    const before = await requireFresh(options, req);
    const challenge = await passkeyChallenges.spend(req, 'registration', credential);
    const passkey = await passkeys.made(credential, challenge, name);
    if (!passkey) throw invalidPasskey(refusedPasskey);
    const now = (await passkeys.list(before.user.id)) ?? [];
    // Nothing but a change of credentials alters that, and the change below is made only where there was none.
    const problem = whyNoMore(now) ?? whyNot(now, passkey.id);
    if (problem) throw problem;
    const codes = await firstRecoveryCodes(before);
    let areNew = false;
    const factors = (now: Factors) => {
      areNew = now.recoveryCodes.length === 0;
      const recoveryCodes = areNew ? codes.records : now.recoveryCodes;
      return { passkeys: [...now.passkeys, passkey], recoveryCodes };
    };
    const succeed = () => sessions.succeed(req, before, ['passkey']);
    requireChanged(
      await addCredentials(options, before.user.id, before.credentialsVersion, { factors }, succeed),
    );
    await tell(req, before, 'passkey_added');
    return { passkey: passkeyView(passkey), recoveryCodes: areNew ? codes.codes : [] };
  }

  async function remove(req: Request, id: string): Promise<void> {
    const before = await requireFresh(options, req);
    const without = (kept: Kept) => kept.filter((each) => each.id !== id);
    const now = (await passkeys.list(before.user.id)) ?? [];
    if (without(now).length === now.length) throw noSuchPasskey();
    // As above: nothing else alters that.
    if (!(await secondFactors.hasWayIn(before.user.id, { passkey: id }))) throw lastWayIn();
    const factors = (now: Factors) => whatIsLeft({ ...now, passkeys: without(now.passkeys) });
    const succeed = () => sessions.succeed(req, before, []);
    requireChanged(
      await changeCredentials(options, before.user.id, before.credentialsVersion, { factors }, succeed),
    );
    await tell(req, before, 'passkey_removed');
  }

  async function removePassword(req: Request): Promise<void> {
    const before = await requireFresh(options, req);
    if (before.passwordHash === undefined) return;
    if (!(await secondFactors.hasWayIn(before.user.id, { password: true }))) throw lastWayIn();
    const to = { passwordHash: null };
    const succeed = () => sessions.succeed(req, before, []);
    requireChanged(await changeCredentials(options, before.user.id, before.credentialsVersion, to, succeed));
    await tell(req, before, 'password_removed');
  }

  return {
    begin: async (req) => {
      const { user } = await requireFresh(options, req);
      const problem = whyNoMore((await passkeys.list(user.id)) ?? []);
      if (problem) throw problem;
      const made = await passkeys.creationOptions(user, passkeyChallenges.begin(req, 'registration'));
      if (!made) throw notSignedIn({ clearCookie: true });
      return made;
    },
    add,
    rename: async (req, id, name) => {
      const { userId } = requireUser(req);
      const renamed = await passkeys.rename(userId, id, name);
      if (!renamed) throw noSuchPasskey();
      await activity.record('passkey_renamed', userId, callerOf(req));
      return passkeyView(renamed);
    },
    remove,
    removePassword,
  };
}

type Kept = Factors['passkeys'];

function whyNoMore(passkeys: Kept): Problem | undefined {
  if (passkeys.length < mostPasskeys) return undefined;
  return new Problem(manifest.problems.too_many_passkeys, 'You have 20 passkeys. Remove one first.');
}

function whyNot(passkeys: Kept, id: string): Problem | undefined {
  if (passkeys.every((each) => each.id !== id)) return undefined;
  return new Problem(manifest.problems.passkey_taken, 'You have this passkey already.');
}

function noSuchPasskey(): Problem {
  return new Problem('not_found', 'You have no passkey of this id. It may have been removed already.');
}
