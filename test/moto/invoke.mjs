// Invokes the handler of the module that is named once, with the event on standard input, and prints the result. What runs
// in Lambda ends by no exit of its own; this does.
import { text } from 'node:stream/consumers';

const [, , module] = process.argv;
const { handler } = await import(module);
const context = { getRemainingTimeInMillis: () => 10_000, awsRequestId: crypto.randomUUID() };
const result = await handler(JSON.parse(await text(process.stdin)), context);
process.send(result, () => process.exit());
