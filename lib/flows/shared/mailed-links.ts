import type { OneTimeTokens, StoredToken } from '../../tokens/one-time-tokens.ts';
import type { TokenKind } from '../../tokens/token-kind.ts';
import { emailKey } from '../../users/email.ts';
import type { Users } from '../../users/repository.ts';
import type { TokenHolder } from '../../users/user.ts';
import { changeEmail, signUp, undoEmail, verifyEmail } from './token-kinds.ts';

/** What a mailed link is about, for who has opened it. */
export interface MailedLink {
  readonly purpose: string;
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
  look(token: string, kinds: readonly TokenKind[]): Promise<MailedLink | null>;
}

export function createMailedLinks({
  users,
  tokens,
}: {
  users: Pick<Users, 'findTokenHolderById'>;
  tokens: OneTimeTokens;
}): MailedLinks {
  return {
    look: async (token, kinds) => {
      const stored = await tokens.look(token, kinds);
      if (!stored) return null;
      const { purpose, userId, data } = stored;
      const about = { purpose, userId, email: data.email };
      if (stored.spent) return { ...about, account: data.email, state: 'done' };
      // A waiting sign-up has no account yet.
      if (purpose === signUp.purpose) return { ...about, account: data.email, state: 'good' };
      const holder = await users.findTokenHolderById(userId);
      if (!holder) return { ...about, account: data.email, state: 'over' };
      const state = stateOf(stored, holder);
      const hasItsAddress = purpose === changeEmail.purpose && state === 'good';
      return { ...about, account: hasItsAddress ? holder.user.email : data.email, state };
    },
  };
}

/** Whether a token that nobody has spent would still do something. */
function stateOf({ purpose, data }: StoredToken, holder: TokenHolder): MailedLink['state'] {
  const { user, credentialsVersion, addressChanges } = holder;
  if (purpose === undoEmail.purpose) {
    const isUndoable = addressChanges.some(({ version }) => version === data.credentialsVersion);
    return isUndoable ? 'good' : 'over';
  }
  if (purpose !== verifyEmail.purpose)
    return credentialsVersion === data.credentialsVersion ? 'good' : 'over';
  if (emailKey(user.email) !== emailKey(data.email)) return 'over';
  return user.emailVerified ? 'done' : 'good';
}
