import type { User } from '../../users/user.ts';

/** A user as the API shows it; times are ISO 8601 UTC. */
export interface UserView {
  id: string;
  email: string;
  name: string | null;
  emailVerified: boolean;
  createdAt: string;
  roles: readonly string[];
}

export function userView(user: User): UserView {
  const { id, email, name, emailVerified, createdAt, roles } = user;
  return { id, email, name, emailVerified, createdAt: createdAt.toISOString(), roles };
}
