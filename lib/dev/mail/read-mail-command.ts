import { optionValue, UsageError } from '../command.ts';

/** What `npm run mail -- …` is asked for. */
export interface MailCommand {
  readonly verb: 'failed' | 'again';
  readonly stage: string;
  /** Only jobs of this kind; all where it is undefined. */
  readonly kind: string | undefined;
}

const usage =
  'Look after mail jobs of a deployed stage that failed to the end:\n' +
  [
    'failed --stage NAME                how many there are, of which kind, and why',
    'again --stage NAME [--kind KIND]   hands them over once more',
  ]
    .map((line) => `  npm run mail -- ${line}`)
    .join('\n');

/** @throws {UsageError} for what is no command. */
export function readMailCommand(args: readonly string[]): MailCommand {
  const [verb] = args;
  const stage = optionValue(args, 'stage');
  const kind = optionValue(args, 'kind');
  const known = /^--(stage|kind)(=|$)/;
  const isKnown = args
    .slice(1)
    .every((arg, at, rest) => known.test(arg) || /^--\w+$/.test(rest[at - 1] ?? ''));
  // Without its value, as from a variable of the shell that is empty, it does not stand for all kinds.
  const asksForKind = args.some((arg) => /^--kind(=|$)/.test(arg));
  const isKind = !asksForKind || (verb === 'again' && /^[a-z_]+$/.test(kind ?? ''));
  const isStage = stage !== undefined && /^\w[\w-]{0,59}$/.test(stage);
  if ((verb !== 'failed' && verb !== 'again') || !isKnown || !isStage || !isKind) throw new UsageError(usage);
  if (stage === 'dev' || stage === 'test')
    throw new UsageError(
      `Stage ${stage} runs on one machine: what it mails is in its outbox, and no queue is there`,
    );
  return { verb, stage, kind };
}
