import assert from 'node:assert/strict';
import { eventSource } from '../support/events.ts';
import type { SesMood } from './aws.ts';
import { clientOf, type Ground, newPerson, signUp } from './ground.ts';
import type { Instance } from './instance.ts';

/** What each try meets; the service gives up after so many as this. */
const outages: readonly SesMood[] = ['fails', 'refuses', 'breaks off'];

/**
 * A job from `auth` to `mail` as Lambda's service takes it there: handed over, tried three times in an outage, and handed
 * over again by hand after it. The queue and its tries are Lambda's own and not the emulator's: they are played here.
 */
export async function checkMail(ground: Ground, auth: Instance): Promise<Instance> {
  const { tally, aws } = ground;
  const mail = await ground.start('mail');
  const client = clientOf(auth, eventSource('HTTP API, payload 2.0'), '203.0.113.101');
  const person = newPerson('mail');
  let job: unknown;

  await tally.check('mail: what a sign-up mails is handed to the function mail, and sent', async () => {
    assert.equal((await signUp(client, person)).status, 201);
    for (const each of aws.jobsOf(person.email)) assert.deepEqual(await mail.invoke(each), { result: null });
    assert.equal(sentTo(person.email), 1);
  });
  await tally.check(`mail: Lambda tries a job ${ground.packaged('mail').retries + 1} times`, () => {
    assert.equal(ground.packaged('mail').retries + 1, outages.length);
  });
  await tally.check('mail: a forgotten password is handed to the function mail', async () => {
    aws.sent.length = 0;
    const before = aws.jobsOf(person.email).length;
    const asked = await client.post('/auth/password/forgot', { email: person.email });
    const after = aws.jobsOf(person.email);
    assert.equal(asked.status, 202);
    // On a slow machine it may be handed over twice, and is then done once.
    assert.ok(after.length > before, 'the job has reached Lambda');
    job = after.at(-1);
  });
  for (const [at, mood] of outages.entries())
    await tally.check(`mail: try ${at + 1}, SES ${mood}, is an error to Lambda`, async () => {
      aws.mood = mood;
      const invoked = await mail.invoke(job);
      assert.ok('error' in invoked, JSON.stringify(invoked));
      assert.equal(invoked.error.errorType, 'MailJobError');
      assert.ok(
        !JSON.stringify(invoked.error).includes(person.email),
        'no address stands beside a dead letter',
      );
      assert.equal(aws.sent.length, 0);
      return invoked.error.errorMessage;
    });
  await tally.check('mail: after the outage the job is done, by one mail with its link', async () => {
    aws.mood = 'takes';
    assert.deepEqual(await mail.invoke(job), { result: null });
    assert.equal(sentTo(person.email), 1);
    assert.match(aws.sent[0]?.text ?? '', /https:\/\/example\.com\/reset-password\?token=[\w-]{43}/);
  });
  await tally.check('mail: the same job once more sends nothing more', async () => {
    assert.deepEqual(await mail.invoke(job), { result: null });
    assert.equal(sentTo(person.email), 1);
  });
  await tally.check('mail: no address stands in its log', () => {
    assert.ok(!mail.lines.some((line) => line.includes(person.email)), mail.lines.join('\n'));
  });
  return mail;

  function sentTo(email: string): number {
    return aws.sent.filter(({ to }) => to === email).length;
  }
}
