import { generatedEventsTests } from '../support/generated-events-tests.ts';

// One half of the sources; the other is in a file of its own, so that two cores share the work.
generatedEventsTests((at) => at % 2 === 0);
