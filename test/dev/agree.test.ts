import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { agree } from '../../lib/dev/deploy/agree.ts';

const consequences = ['  SESSION_SECRETS: everybody is signed out'];

/** A terminal, or what only looks like one. */
function terminal(isTTY = true) {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY });
  let shown = '';
  output.on('data', (part) => (shown += part));
  return { input, output, shown: () => shown };
}

/** @param type what the person does, once the question is there. */
async function answered(type: (input: PassThrough) => unknown) {
  const { input, output, shown } = terminal();
  const agreed = agree(consequences, false, { input, output });
  await expect.poll(shown).toContain('(yes/no)');
  type(input);
  return agreed;
}

test.each(['yes', 'y', 'YES', ' yes '])('goes on with the answer %j', async (answer) => {
  await expect(answered((input) => input.write(`${answer}\n`))).resolves.toBeUndefined();
});

test.each(['no', '', 'yesterday', 'of course'])('stops with the answer %j', async (answer) => {
  await expect(answered((input) => input.write(`${answer}\n`))).rejects.toThrow(
    'Stopped; nothing is changed.',
  );
});

test('stops where the terminal ends without an answer', async () => {
  await expect(answered((input) => input.end())).rejects.toThrow('Stopped; nothing is changed.');
});

test.each([
  ['Ctrl+C', '\x03'],
  ['Ctrl+D', '\x04'],
])('stops where the question is interrupted by %s', async (_keys, typed) => {
  await expect(answered((input) => input.write(typed))).rejects.toThrow('Stopped; nothing is changed.');
});

test('asks nobody without a terminal: it stops, says what would happen and how to go on', async () => {
  const { input, output } = terminal(false);

  await expect(agree(consequences, false, { input, output })).rejects.toThrow(
    /^Stopped; nothing is changed\..*everybody is signed out.*--yes$/s,
  );
});

test('asks nobody who agreed beforehand, and says what happens all the same', async () => {
  const { input, output, shown } = terminal(false);

  await agree(consequences, true, { input, output });

  expect(shown()).toContain('everybody is signed out');
});
