import { pathToFileURL } from 'node:url';
import { httpEvent } from '../support/http-event.ts';

/** A fresh process that imports a bundle and answers its first event: milliseconds of both, on standard output. */
const [bundle = '', cookie = ''] = process.argv.slice(2);
const event = httpEvent('GET', '/auth/session', { cookies: cookie ? [cookie] : [] });
const print = process.stdout.write.bind(process.stdout);
// What the function logs is not what is measured here.
process.stdout.write = () => true;

const startedAt = performance.now();
const { handler } = (await import(pathToFileURL(bundle).href)) as {
  handler: (event: unknown, context: unknown) => Promise<{ statusCode: number; body: string }>;
};
const importedAt = performance.now();
const { statusCode, body } = await handler(event, { awsRequestId: 'bench' });
const answeredAt = performance.now();
if (statusCode !== 200) throw new Error(`the first event answered ${statusCode}: ${body}`);
print(`${JSON.stringify({ importMs: importedAt - startedAt, answerMs: answeredAt - importedAt })}\n`);
process.exit(0);
