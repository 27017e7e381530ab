import { afterAll } from 'vitest';
import { describeCommands } from '../../support/conformance/describe-commands.ts';
import { describeIndexes } from '../../support/conformance/describe-indexes.ts';
import { describeInserts } from '../../support/conformance/describe-inserts.ts';
import { describeLibraries } from '../../support/conformance/describe-libraries.ts';
import { describeQueries } from '../../support/conformance/describe-queries.ts';
import { describeUpdates } from '../../support/conformance/describe-updates.ts';
import { describeUpserts } from '../../support/conformance/describe-upserts.ts';
import { describeValues } from '../../support/conformance/describe-values.ts';
import { serverUnderTest } from '../../support/conformance/server.ts';

// Every command, operator, option and error that the product uses, on whatever server MONGODB_URI names.
const server = serverUnderTest();

afterAll(() => server.database.drop());

describeCommands(server);
describeValues(server);
describeQueries(server);
describeInserts(server);
describeUpdates(server);
describeUpserts(server);
describeIndexes(server);
describeLibraries(server);
