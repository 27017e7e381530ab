import { startMariadb } from '../../support/mariadb-server.ts';
import { serverContract } from './contract-of.ts';

serverContract('mysql', await startMariadb());
