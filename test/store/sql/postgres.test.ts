import { postgresServer } from '../../support/postgres-server.ts';
import { serverContract } from './contract-of.ts';

serverContract('postgres', await postgresServer());
