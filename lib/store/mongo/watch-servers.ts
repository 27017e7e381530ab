import type { MongoClient } from 'mongodb';

/** The server belongs to another replica set than the connection string names, or to none. */
class ReplicaSetNameError extends Error {
  override readonly name = 'ReplicaSetNameError';
}

/**
 * Follows what the driver finds out about its servers beside every operation. Of this an operation that waits for a
 * server is told at the end of its time at best, and of a wrong name of the replica set never.
 *
 * @returns why no server is reached at the moment, or undefined where one is or none was tried.
 */
export function watchServers(client: MongoClient): () => Error | undefined {
  const { replicaSet } = client.options;
  const failures = new Map<string, Error>();
  client.on('serverHeartbeatFailed', ({ connectionId, failure }) => failures.set(connectionId, failure));
  client.on('serverHeartbeatSucceeded', ({ connectionId, reply }) => {
    if (replicaSet === undefined || reply.setName === replicaSet) failures.delete(connectionId);
    else failures.set(connectionId, new ReplicaSetNameError('another replica set'));
  });
  return () => failures.values().next().value;
}
