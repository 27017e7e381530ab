import { generatedEventsTests } from '../support/generated-events-tests.ts';

generatedEventsTests((at) => at % 2 === 1);
