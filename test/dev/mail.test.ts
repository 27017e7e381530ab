import { afterEach, describe, expect, test } from 'vitest';
import { standForAws } from '../support/aws-endpoint.ts';
import { type Dead, DeadLetterQueue } from '../support/dead-letter-queue.ts';
import { runCommand } from '../support/run-command.ts';

const queue = new DeadLetterQueue('session-auth-prod-mail-dead-letters');

standForAws((req, body, res) => queue.answer(req, body, res));
afterEach(() => queue.clear());

/** Runs the command towards what stands for AWS. */
async function mail(...args: string[]) {
  const { code, output } = await runCommand('mail', args, process.env);
  return { code, output, last: output.trimEnd().split('\n').at(-1) ?? '' };
}

const forgot = (id: string): Dead => ({
  body: JSON.stringify({
    kind: 'forgot_password',
    id,
    email: 'ada@mail.test',
    requestedAt: '2026-11-20T10:00:00Z',
  }),
});
const signUp: Dead = {
  body: JSON.stringify({ kind: 'sign_up', id: 'three', signUpId: 'secret-of-a-job', email: 'bob@mail.test' }),
  errorMessage: '2026-11-20T10:00:25Z 1234 Task timed out after 25.00 seconds',
};

describe('npm run mail -- failed', () => {
  test('shows how many failed, of which kind and why, and leaves them where they are', async () => {
    queue.put(forgot('one'), forgot('two'), signUp);

    const { code, output, last } = await mail('failed', '--stage', 'prod');

    expect(output).toContain('session-auth-prod-mail-dead-letters in eu-central-1');
    expect(output).toMatch(/ 2 {2}forgot_password: MessageRejected, the oldest of 2026-11-20T10:00:00.000Z/);
    expect(output).toMatch(/ 1 {2}sign_up: Task timed out/);
    expect(last).toBe(
      'mail: 3 jobs failed to the end. Next: put the reason right, then npm run mail -- again --stage prod',
    );
    expect(queue.size).toEqual({ all: 3, visible: 3 });
    expect(queue.invoked).toEqual([]);
    expect(code).toBe(0);
  });

  test('shows no address, whatever a reason or a job quotes', async () => {
    queue.put(
      { ...forgot('one'), errorMessage: 'Email address is not verified: ada@mail.test' },
      { body: 'ada@mail.test', errorMessage: 'mail job failed: ada@mail.test' },
      { body: JSON.stringify({ kind: 'ada@mail.test' }) },
      { body: 'null' },
    );

    const { output } = await mail('failed', '--stage', 'prod');

    expect(output).toContain('4 jobs');
    expect(output).not.toMatch(/mail\.test|secret-of-a-job/);
  });

  test('says so where there is none', async () => {
    expect(await mail('failed', '--stage=prod')).toMatchObject({
      code: 0,
      last: 'mail: no job has failed to the end. There is nothing to do',
    });
  });
});

describe('npm run mail -- again', () => {
  test('hands each job over as it was, and only then takes it out of the queue', async () => {
    const jobs = Array.from({ length: 23 }, (_, at) => forgot(`job ${at}`));
    queue.put(...jobs);

    const { code, output, last } = await mail('again', '--stage', 'prod');

    expect(queue.invoked.map(({ body }) => body).sort()).toEqual(jobs.map(({ body }) => body).sort());
    expect(new Set(queue.invoked.map(({ path }) => path))).toEqual(
      new Set(['/2015-03-31/functions/session-auth-prod-mail/invocations']),
    );
    expect(queue.size).toEqual({ all: 0, visible: 0 });
    expect(last).toBe(
      'mail: 23 jobs handed over, 0 left in the queue. Next, in an hour at most: npm run mail -- failed --stage prod',
    );
    expect(output).not.toContain('mail.test');
    expect(code).toBe(0);
  });

  test('hands them to the version that people get, where the stage releases little by little', async () => {
    queue.put(forgot('one'), forgot('two'));
    queue.isReleased = true;

    const { last } = await mail('again', '--stage', 'prod');

    expect(queue.invoked.map(({ path }) => path)).toEqual(
      Array(2).fill('/2015-03-31/functions/session-auth-prod-mail:live/invocations'),
    );
    expect(last).toMatch(/^mail: 2 jobs handed over, 0 left in the queue\./);
  });

  test('leaves other kinds, what is no job, and what has failed since it began', async () => {
    queue.put(
      forgot('one'),
      signUp,
      { body: 'no job' },
      { ...forgot('new'), sentAt: new Date(Date.now() + 60_000) },
    );

    const { last } = await mail('again', '--stage', 'prod', '--kind', 'forgot_password');

    expect(queue.invoked.map(({ body }) => JSON.parse(body).id)).toEqual(['one']);
    expect(queue.size).toEqual({ all: 3, visible: 3 });
    expect(last).toMatch(/^mail: 1 job handed over, 3 left in the queue\./);
  });

  test('stops where a job is not taken, and loses none', async () => {
    queue.put(...Array.from({ length: 12 }, (_, at) => forgot(`job ${at}`)));
    queue.status = 404;

    const { code, output, last } = await mail('again', '--stage', 'prod');

    expect(queue.size).toEqual({ all: 12, visible: 12 });
    expect(queue.invoked).toHaveLength(1);
    expect(last).toMatch(
      /^mail: 0 jobs handed over, 10 left in the queue: stopped by ResourceNotFoundException\. Next: /,
    );
    expect(output).not.toMatch(/mail\.test|^\s+at /m);
    expect(code).toBe(1);
  });
});

test.each([
  [
    ['failed', '--stage', 'other'],
    /\nmail: AWS says QueueDoesNotExist; no job was lost\. there is no queue session-auth-other-/,
  ],
  [['failed', '--stage', 'dev'], /^Stage dev runs on one machine/],
  [['failed'], /npm run mail -- failed --stage NAME/],
  [['forget', '--stage', 'prod'], /npm run mail -- failed --stage NAME/],
  [['again', '--stage', 'prod', 'ada@mail.test'], /npm run mail -- again --stage NAME/],
  [['again', '--stage', 'prod', '--kind'], /npm run mail -- again --stage NAME/],
  [['again', '--stage', 'prod', '--kind', ''], /npm run mail -- again --stage NAME/],
  [['failed', '--stage', 'prod', '--kind'], /npm run mail -- again --stage NAME/],
  [['again', '--stage', 'prod', '--all'], /npm run mail -- again --stage NAME/],
])('npm run mail -- %j says in plain words what is wrong', async (args, what) => {
  const { code, output } = await mail(...args);

  expect(output).toMatch(what);
  expect(output).not.toMatch(/^\s+at /m);
  expect(code).toBe(1);
});
