// Checks the packaged templates by cfn-lint and checkov, and that the policy of who deploys allows what they take and no more.
// Takes the Python of a virtual environment that has what requirements.txt names:
//   python3 -m venv /tmp/lint && /tmp/lint/bin/pip install -r test/template/requirements.txt
//   npx tsx test/template/main.ts /tmp/lint/bin/python
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { startPackaging } from '../support/packaged-template.ts';
import { createTally } from '../support/tally.ts';
import { answers, Judge } from './answers.ts';
import { notAllowed, outOfReach, type Policy, readPermissions, stepsByType, tooWide } from './deployer.ts';
import { type Resources, stepsOf } from './names.ts';
import { openTools } from './tools.ts';
import { variants } from './variants.ts';

const [python = ''] = process.argv.slice(2);
const bin = dirname(python);
const root = resolve(import.meta.dirname, '../..');
const { lint, scan } = openTools(bin);
const judge = new Judge(answers);

const tally = createTally();
const none = (what: string, found: readonly string[]) => tally.is(what, found.length === 0, found.join('\n'));

const typesOf = (resources: Resources) =>
  new Map(Object.entries(resources).map(([id, { Type }]) => [id, Type] as const));

/** What cfn-lint and checkov find there that has no answer. */
async function look(file: string, resources: Resources, params: Record<string, string>) {
  const [linted, scanned] = await Promise.all([lint(file, typesOf(resources)), scan(file)]);
  return {
    linted: judge.unanswered(linted, params),
    scanned: judge.unanswered(scanned, params),
  };
}

const folder = await mkdtemp(join(tmpdir(), 'templates-'));
const packaging = await startPackaging();
try {
  const templates: Resources[] = [];
  let file = '';
  for (const [variant, params] of Object.entries(variants)) {
    const text = await packaging.template(params);
    file = join(folder, `${variant.replaceAll(/\W+/g, '-')}.json`);
    await writeFile(file, text);
    const { Resources: resources } = JSON.parse(text) as { Resources: Resources };
    templates.push(resources);
    const { linted, scanned } = await look(file, resources, params);
    none(`${variant}: cfn-lint finds nothing that has no answer`, linted);
    none(`${variant}: checkov finds nothing that has no answer`, scanned);
  }
  const edge = await look(join(root, 'lib/aws/template/edge-us-east-1.yml'), {}, {});
  none('the stack of us-east-1: cfn-lint finds nothing', edge.linted);
  none('the stack of us-east-1: checkov finds nothing that has no answer', edge.scanned);
  none('every answer is to something that is found', judge.stale());

  const policy = JSON.parse(await readFile(join(root, '.github/deployer-policy.json'), 'utf8')) as Policy;
  const permissions = await readPermissions(dirname(bin));
  const types = new Set(templates.flatMap((resources) => [...typesOf(resources).values()]));
  none('who deploys may do what every resource takes', notAllowed(policy, permissions, types));
  const steps = templates.flatMap((resources) => [
    ...stepsByType(permissions, resources),
    ...stepsOf(resources),
  ]);
  none('to what the templates name', outOfReach(policy, steps));
  none('and to nothing else, as far as IAM can say so', tooWide(policy, steps));

  const { length } = JSON.stringify(policy);
  tally.is('IAM takes a policy of that length', length <= 6144, `${length} characters, of 6144 at most`);

  // A check that finds nothing anywhere checks nothing.
  const open = JSON.parse(await readFile(file, 'utf8')) as { Resources: Resources };
  open.Resources.Open = {
    Type: 'AWS::S3::Bucket',
    Properties: { AccessControl: 'PublicReadWrite', Nonsense: 1 },
  };
  await writeFile(file, JSON.stringify(open));
  const found = await look(file, open.Resources, {});
  tally.is(
    'cfn-lint finds what is wrong',
    found.linted.some((said) => / Open: /.test(said)),
    found,
  );
  tally.is(
    'checkov finds what is open, at a resource that no answer names',
    ['CKV_AWS_18', 'CKV_AWS_20'].every((rule) =>
      found.scanned.some((said) => said.startsWith(`${rule} AWS::S3::Bucket Open:`)),
    ),
    found,
  );
  const stale = new Judge([{ rule: 'CKV_AWS_18', at: ['Gone'], because: 'it was there once' }]);
  tally.is('an answer to nothing is noticed', stale.stale().length === 1);
  const renamed = steps.map(([action, arn]): [string, string] => [
    action,
    arn.replaceAll('session-auth', 'other'),
  ]);
  const services = new Set(outOfReach(policy, renamed).map((said) => said.split(':')[0]));
  const named = [
    'cloudformation',
    'cloudfront',
    'cloudwatch',
    'codedeploy',
    'events',
    'iam',
    'lambda',
    'logs',
    's3',
    'sqs',
    'ssm',
  ];
  none(
    'a service of another name is out of reach',
    named.filter((service) => !services.has(service)),
  );
  const wide: Policy = {
    Statement: [...policy.Statement, { Action: ['iam:PassRole', 'sqs:*'], Resource: '*' }],
  };
  tally.is(
    'what is allowed on everything is noticed',
    tooWide(wide, steps).length === 3,
    tooWide(wide, steps),
  );
} finally {
  await packaging.end();
  await rm(folder, { recursive: true, force: true });
}

console.log(`templates: ${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed > 0 ? 1 : 0;
