import type { Db } from 'mongodb';

/** Lets time pass for the counters alone: every window ends so much earlier. */
export async function ageCounters(db: Db, seconds: number): Promise<void> {
  const counters = await db.collection('limits').find().toArray();
  await Promise.all(
    counters.map(({ _id, expire }) => {
      const earlier = new Date(expire.getTime() - seconds * 1000);
      return db.collection('limits').updateOne({ _id }, { $set: { expire: earlier } });
    }),
  );
}
