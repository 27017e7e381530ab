import { optionValue, runIfMain, UsageError } from './command.ts';
import { runServerless } from './serverless.ts';

// What is done before and after `serverless deploy` stands in deploy/steps.ts: it does the same by hand.
await runIfMain(import.meta.url, async () => {
  const args = process.argv.slice(2);
  const stage = optionValue(args, 'stage');
  if (!stage || stage.startsWith('-'))
    throw new UsageError('Which stage? For example: npm run deploy -- --stage prod');
  const code = await runServerless({
    args: ['deploy', ...args],
    env: process.env,
    output: 'inherit',
    byHand: true,
  });
  if (code !== 0)
    throw new UsageError('deploy: not done; what went wrong stands above. It is safe to run again');
});
