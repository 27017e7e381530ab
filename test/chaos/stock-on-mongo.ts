import MongoStore from 'connect-mongo';
import { MongoClient } from 'mongodb';
import { stockHandler } from './stock-routes.ts';

const client = new MongoClient(process.env.MONGODB_URI ?? '', { serverSelectionTimeoutMS: 3000 });
const dbName = process.env.MONGODB_DB ?? '';
const users = client.db(dbName).collection('users');

export const handler = stockHandler(MongoStore.create({ client, dbName }), {
  insert: async (user) => String((await users.insertOne(user)).insertedId),
  find: async (email, password) => (await users.findOne({ email, password }))?._id.toString(),
  ask: () => users.findOne({ email: 'nobody' }),
});
