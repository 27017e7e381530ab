import { mongodbAdapter } from '@better-auth/mongo-adapter';
import { MongoClient } from 'mongodb';
import { betterAuthHandler } from '../peer-parts/better-auth-handler.ts';

/** better-auth on its MongoDB adapter. */
const client = new MongoClient(process.env.MONGODB_URI ?? '', { maxPoolSize: 5 });

export const handler = betterAuthHandler(mongodbAdapter(client.db(process.env.MONGODB_DB)));
