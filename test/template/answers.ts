import type { Finding } from './tools.ts';

/** What a tool asks for, and why the template does without. */
interface Answer {
  rule: string;
  /** The resources that it holds for: logical ids, or types. */
  at: readonly string[];
  /** Where it holds for some stages alone: params that these have. */
  where?: Readonly<Record<string, string | undefined>>;
  because: string;
}

const everyFunction = ['AWS::Lambda::Function'];
const bucket = ['ServerlessDeploymentBucket'];

export const answers: readonly Answer[] = [
  {
    rule: 'CKV_AWS_115',
    at: ['SweepLambdaFunction'],
    because: 'a limit: its schedule calls it once an hour, and nobody else may',
  },
  {
    rule: 'CKV_AWS_116',
    at: ['Auth', 'Account', 'Sessions', 'Admin', 'Health', 'Docs', 'Pages', 'Authorizer', 'Example'].map(
      (name) => `${name}LambdaFunction`,
    ),
    because: 'a queue of dead letters: somebody waits for the answer',
  },
  {
    rule: 'CKV_AWS_116',
    at: ['SweepLambdaFunction'],
    because: 'a queue of dead letters: it is called again within an hour',
  },
  {
    rule: 'CKV_AWS_117',
    at: ['DocsLambdaFunction', 'ExampleLambdaFunction'],
    because: 'a VPC: they never ask the database',
  },
  {
    rule: 'CKV_AWS_117',
    at: everyFunction,
    where: { vpcSubnets: undefined },
    because: 'a VPC: the param vpcSubnets puts those in it that ask the database',
  },
  {
    rule: 'CKV_AWS_158',
    at: ['AWS::Logs::LogGroup'],
    because: 'a key of one’s own: CloudWatch encrypts them by its own, and no secret is logged (ASVS 16.2.5)',
  },
  {
    rule: 'CKV_AWS_173',
    at: everyFunction,
    because:
      'the environment by a key of one’s own: it holds names of secrets, and Lambda encrypts it by its own',
  },
  { rule: 'CKV_AWS_18', at: bucket, because: 'a log of who reads it: it holds zips that anybody can build' },
  { rule: 'CKV_AWS_21', at: bucket, because: 'older versions: zips are built anew from any commit' },
  {
    rule: 'CKV_AWS_27',
    at: ['MailDeadLetters'],
    because: 'a key of one’s own: SQS encrypts it by its own (SqsManagedSseEnabled), and jobs hold no secret',
  },
  {
    rule: 'CKV_AWS_86',
    at: ['EdgeDistribution'],
    because: 'its log: it keeps no answer of the functions, so that the log of the API has each request',
  },
  {
    rule: 'CKV_AWS_192',
    at: ['WebAcl'],
    because: 'a rule for a fault of Log4j: nothing behind it is Java, and a password may be any text',
  },
  {
    rule: 'W3005',
    at: [...everyFunction, 'AWS::ApiGatewayV2::Route', 'HttpApiStage'],
    because: 'a DependsOn beside a reference to the same: the Framework writes it, and it does no harm',
  },
];

/** Weighs what tools find against the answers, and knows which of these were of use. */
export class Judge {
  readonly #used = new Set<string>();
  readonly #answers: readonly Answer[];

  constructor(given: readonly Answer[]) {
    this.#answers = given;
  }

  /** What has no answer, of what was found in the template of a stage with these params. */
  unanswered(findings: readonly Finding[], params: Readonly<Record<string, string>>): string[] {
    return findings
      .filter((finding) => !this.#isAnswered(finding, params))
      .map(({ rule, type, id, said }) => `${rule} ${type} ${id}: ${said}`);
  }

  #isAnswered({ rule, type, id }: Finding, params: Readonly<Record<string, string>>): boolean {
    for (const [number, answer] of this.#answers.entries()) {
      const holds = Object.entries(answer.where ?? {}).every(([name, value]) => params[name] === value);
      const at = answer.at.find((each) => each === id || each === type);
      if (answer.rule !== rule || !holds || at === undefined) continue;
      this.#used.add(`${number} ${at}`);
      return true;
    }
    return false;
  }

  /** Answers, by rule and resource, to nothing that was found. */
  stale(): string[] {
    return this.#answers.flatMap(({ rule, at }, number) =>
      at.filter((each) => !this.#used.has(`${number} ${each}`)).map((each) => `${rule} ${each}`),
    );
  }
}
