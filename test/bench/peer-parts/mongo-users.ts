import type { Collection } from 'mongodb';
import type { PeerUsers } from './session-routes.ts';

interface PeerUser {
  _id: string;
  email: string;
}

export function mongoUsers(users: Collection<PeerUser>): PeerUsers {
  return {
    enter: (email) =>
      users.findOneAndUpdate(
        { email },
        { $setOnInsert: { email, name: 'Ada', createdAt: new Date() } },
        { upsert: true, returnDocument: 'after' },
      ),
    find: (email) => users.findOne({ email }),
  };
}
