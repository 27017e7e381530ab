// Checks the packaged templates by cfn-lint and checkov, and that the policy of who deploys allows what they take.
// Takes the Python of a virtual environment that has what requirements.txt names:
//   python3 -m venv /tmp/lint && /tmp/lint/bin/pip install -r test/template/requirements.txt
//   npx tsx test/template/main.ts /tmp/lint/bin/python
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { startPackaging } from '../support/packaged-template.ts';
import { createTally } from '../support/tally.ts';
import { notAllowed, readPermissions } from './deployer.ts';
import { variants } from './variants.ts';

const [python = ''] = process.argv.slice(2);
const bin = dirname(python);
const root = resolve(import.meta.dirname, '../..');
/** A DependsOn beside a reference to the same: the Framework writes it, and it does no harm. */
const ofTheFramework = 'W3005';

const tally = createTally();
const check = (what: string, { ok, said }: { ok: boolean; said: string }) => tally.is(what, ok, said);

function run(program: string, args: readonly string[]): Promise<{ ok: boolean; said: string }> {
  const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((done) => {
    execFile(join(bin, program), args, options, (error, stdout, stderr) =>
      done({ ok: !error, said: `${stdout}${stderr}${error && !stdout ? error.message : ''}` }),
    );
  });
}

const lint = (file: string) =>
  run('cfn-lint', ['--regions', 'us-east-1', '--ignore-checks', ofTheFramework, '--template', file]);
const scan = (file: string) => run('checkov', ['--config-file', 'test/template/checkov.yaml', '-f', file]);

const folder = await mkdtemp(join(tmpdir(), 'templates-'));
const packaging = await startPackaging();
try {
  const types = new Set<string>();
  let file = '';
  for (const [variant, params] of Object.entries(variants)) {
    const text = await packaging.template(params);
    file = join(folder, `${variant.replaceAll(/\W+/g, '-')}.json`);
    await writeFile(file, text);
    for (const { Type } of Object.values(JSON.parse(text).Resources as Record<string, { Type: string }>))
      types.add(Type);
    const [linted, scanned] = await Promise.all([lint(file), scan(file)]);
    check(`${variant}: cfn-lint finds nothing`, linted);
    check(`${variant}: checkov finds nothing that has no answer`, scanned);
  }
  const edge = join(root, 'lib/aws/template/edge-us-east-1.yml');
  check('the stack of us-east-1: cfn-lint finds nothing', await lint(edge));
  check('the stack of us-east-1: checkov finds nothing that has no answer', await scan(edge));

  const policy = JSON.parse(await readFile(join(root, '.github/deployer-policy.json'), 'utf8'));
  const missing = notAllowed(policy, await readPermissions(dirname(bin)), types);
  check('who deploys may do what every resource takes', {
    ok: missing.length === 0,
    said: missing.join('\n'),
  });

  const length = JSON.stringify(policy).length;
  check('IAM takes a policy of that length', {
    ok: length <= 6144,
    said: `${length} characters, of 6144 at most`,
  });

  // A check that finds nothing anywhere checks nothing.
  const open = JSON.parse(await readFile(file, 'utf8'));
  open.Resources.Open = {
    Type: 'AWS::S3::Bucket',
    Properties: { AccessControl: 'PublicReadWrite', Nonsense: 1 },
  };
  await writeFile(file, JSON.stringify(open));
  check('cfn-lint finds what is wrong', not(await lint(file)));
  check('checkov finds what is open', not(await scan(file)));
} finally {
  await packaging.end();
  await rm(folder, { recursive: true, force: true });
}

function not({ ok, said }: { ok: boolean; said: string }) {
  return { ok: !ok, said };
}

console.log(`templates: ${tally.passed} passed, ${tally.failed} failed`);
process.exitCode = tally.failed > 0 ? 1 : 0;
