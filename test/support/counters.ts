import type { Db } from 'mongodb';

/** Lets time pass for the counters alone: every window ends so much earlier. */
export async function ageCounters(db: Db, seconds: number): Promise<void> {
  const counters = await db.collection('limits').find().toArray();
  // One by one: hundreds at once wait for a connection longer than anybody is let wait.
  for (const { _id, expire } of counters) {
    const earlier = new Date(expire.getTime() - seconds * 1000);
    await db.collection('limits').updateOne({ _id }, { $set: { expire: earlier } });
  }
}
