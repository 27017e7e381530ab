import { describe, expect, test } from 'vitest';
import { passkeyScript } from '../../../lib/flows/shared/passkey-script.ts';
import { browse, signedUp, tokenMailedTo } from '../../support/browse.ts';
import { testClock } from '../../support/clock.ts';
import { testInstances } from '../../support/instances.ts';

const { start } = testInstances('show_passwords');

/** The ids of a page's password fields, of the buttons beside them, and what it lets in. */
function read({ body, headers }: { body: string; headers: Headers }) {
  const inputs = [...body.matchAll(/<input id="([\w-]+)"[^>]* type="password"/g)].map(([, id]) => id);
  const buttons = [...body.matchAll(/<button type="button"[^>]* hidden[^>]* data-shows="([\w-]+)"/g)];
  return {
    ...{
      inputs,
      buttons: buttons.map(([, id]) => id),
      pressed: body.match(/aria-pressed="false"/g)?.length ?? 0,
    },
    scripts: [...body.matchAll(/<script src="([^"]+)"/g)].map(([, src]) => src),
    policy: headers.get('content-security-policy') ?? '',
  };
}

describe('a password can be shown', () => {
  test('on every page that asks for one: a button beside it, hidden without a script, and that script alone', async () => {
    const clock = testClock();
    const instance = start({ now: clock.now });
    const nobody = browse(instance);
    const ada = await signedUp(instance);
    await nobody.post('/forgot-password', { email: ada.email });
    const reset = `/reset-password?token=${await tokenMailedTo(instance, ada.email)}`;
    const pages = [
      ...([await nobody.get('/sign-in'), await nobody.get('/sign-up')] as const),
      ...[await nobody.get('/reset-password', { query: [['token', reset.split('=')[1] ?? '']] })],
      ...[
        await ada.get('/settings'),
        await ada.get('/reauthenticate'),
        await ada.post('/sign-up', { email: 'x' }),
      ],
    ];

    for (const [at, count] of [1, 1, 1, 4, 1, 1].entries()) {
      const { inputs, buttons, pressed, scripts, policy } = read(pages[at] as (typeof pages)[number]);
      expect.soft(inputs, `${at}`).toHaveLength(count);
      expect.soft(buttons, `${at}`).toEqual(inputs);
      expect.soft(pressed, `${at}`).toBe(count);
      expect.soft(scripts, `${at}`).toEqual([passkeyScript.path]);
      expect.soft(policy, `${at}`).toContain(`script-src '${passkeyScript.integrity}' http`);
      expect.soft(policy, `${at}`).not.toContain('unsafe');
    }
  });
});
