import { randomBytes } from 'node:crypto';
import { chosenStore } from '../../lib/dev/chosen-store.ts';
import { optionValue, runIfMain, UsageError } from '../../lib/dev/command.ts';
import { whyNoPostgres } from './postgres-process.ts';
import { closingLine } from './report.ts';
import { run } from './run.ts';
import { ourStack, stockStack } from './stacks.ts';

const usage = `npm run test:chaos -- [--seconds N] [--seed S] [--events N] [--stock]

  --seconds N  how long the storm lasts (120); what must be true is asked once more after it
  --seed S     the faults, their order and lengths, and every choice a caller draws; not what a request and a
               fault find each other doing, which the machine decides: a seed makes a like run, not the same
  --events N   generated events from each event source after it (20000 with 120 seconds, fewer with fewer)
  --stock      the same on stock express-session and connect-mongo or connect-session-knex, to see what is lost there

On MONGODB_URI where it is set, in a database of its own; otherwise on a mongod, or on the built-in stand-in.
Only a server of its own is killed and stopped; any replica set's primary is stepped down.
With STORE=postgres on DATABASE_URL where it is set, or on a PostgreSQL of this machine; without one it is skipped.
Exits with 1 where this product lost anything.`;

await runIfMain(import.meta.url, async () => {
  const args = process.argv.slice(2);
  if (args.includes('--help')) return console.log(usage);
  const seconds = Number(optionValue(args, 'seconds') ?? '120');
  if (!(seconds >= 1 && seconds <= 86_400)) throw new UsageError('--seconds takes a number from 1 to 86400');
  const events = args.some((arg) => arg.startsWith('--events'))
    ? Number(optionValue(args, 'events'))
    : undefined;
  if (events !== undefined && !(Number.isInteger(events) && events >= 1))
    throw new UsageError('--events takes a whole number from 1');
  const seed = optionValue(args, 'seed') ?? randomBytes(4).toString('hex');
  const store = chosenStore(process.env);
  if (store !== 'mongodb' && store !== 'postgres')
    throw new UsageError(`STORE: chaos goes over mongodb and postgres, not ${store}`);
  const whyNot = store === 'postgres' ? await whyNoPostgres(process.env) : undefined;
  if (whyNot !== undefined) return console.log(`chaos: skipped. ${whyNot}`);
  const stack = args.includes('--stock') ? await stockStack(store) : await ourStack(store);
  const tally = await run(stack, { seconds, seed, events });
  if (tally.lost.length > 0 && !stack.isStock) {
    console.log(
      `  a run like it: ${store === 'mongodb' ? '' : `STORE=${store} `}npm run test:chaos -- --seconds ${seconds} --seed ${seed}`,
    );
    process.exitCode = 1;
  }
  console.log(closingLine(stack.name, seed, tally));
});
