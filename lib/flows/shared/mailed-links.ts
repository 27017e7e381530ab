import type { OneTimeTokens, StoredToken, TokenPurpose } from '../../tokens/one-time-tokens.ts';
import { emailKey } from '../../users/email.ts';
import type { Users } from '../../users/repository.ts';
import type { TokenHolder } from '../../users/user.ts';

/** What a mailed link is about, for who has opened it. */
export interface MailedLink {
  readonly purpose: TokenPurpose;
  /** Of a waiting sign-up, the sign-up's own id. */
  readonly userId: string;
  /** The address of the account that it is about; of one that did its work, as that left it. */
  readonly account: string;
  /** The address that it confirms or brings back. */
  readonly email: string;
  /** `good` does its work when it is spent, `done` has done it, `over` does nothing any more. */
  readonly state: 'good' | 'done' | 'over';
}

/** Says what links are about without spending them: a GET changes nothing. */
export interface MailedLinks {
  /** @returns null where there is no such link, or its time is over. */
  look(token: string, purposes: readonly TokenPurpose[]): Promise<MailedLink | null>;
}

export function createMailedLinks({
  users,
  tokens,
}: {
  users: Pick<Users, 'findTokenHolderById'>;
  tokens: OneTimeTokens;
}): MailedLinks {
  return {
    look: async (token, purposes) => {
      const stored = await tokens.look(token, purposes);
      if (!stored) return null;
      const { purpose, userId, data } = stored;
      const about = { purpose, userId, email: data.email };
      if (stored.spent) return { ...about, account: data.email, state: 'done' };
      // A waiting sign-up has no account yet.
      if (purpose === 'sign_up') return { ...about, account: data.email, state: 'good' };
      const holder = await users.findTokenHolderById(userId);
      if (!holder) return { ...about, account: data.email, state: 'over' };
      const state = stateOf(stored, holder);
      const hasItsAddress = purpose === 'change_email' && state === 'good';
      return { ...about, account: hasItsAddress ? holder.user.email : data.email, state };
    },
  };
}

/** Whether a token that nobody has spent would still do something. */
function stateOf({ purpose, data }: StoredToken, holder: TokenHolder): MailedLink['state'] {
  const { user, credentialsVersion, addressChanges } = holder;
  if (purpose === 'undo_email') {
    const isUndoable = addressChanges.some(({ version }) => version === data.credentialsVersion);
    return isUndoable ? 'good' : 'over';
  }
  if (purpose !== 'verify_email') return credentialsVersion === data.credentialsVersion ? 'good' : 'over';
  if (emailKey(user.email) !== emailKey(data.email)) return 'over';
  return user.emailVerified ? 'done' : 'good';
}
