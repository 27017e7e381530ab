import { afterAll, beforeAll } from 'vitest';
import { broughtBack, enterByProvider, knownAt, linkProvider } from '../../../support/by-provider.ts';
import type { TestAnswer } from '../../../support/events.ts';
import { startProvider, type TestProvider } from '../../../support/oidc-provider.ts';
import { signInMethodContract } from '../method-contract.ts';

let acme: TestProvider;

beforeAll(async () => {
  acme = await startProvider();
});
afterAll(() => acme.close());

/** A redirect as the other ways in would say it. */
function inOtherWords(answer: TestAnswer): TestAnswer {
  const [, code] = /^\/sign-in\?problem=(\w+)$/.exec(answer.headers.get('location') ?? '') ?? [];
  if (answer.status !== 303) return answer;
  return { ...answer, status: code === undefined ? 200 : 401, json: () => ({ code }) };
}

signInMethodContract({
  name: 'oidc:acme',
  environment: () => acme.environment(),
  arrange: async (someone) => {
    knownAt(acme, someone.email);
    await linkProvider(someone);
  },
  enter: async (someone) => inOtherWords(await enterByProvider(someone, { expect5xx: true })),
  // An answer to nothing that this browser has begun.
  fail: async (someone) => {
    knownAt(acme, someone.email);
    const callback = await broughtBack(someone);
    return inOtherWords(await someone.elsewhere().auth.get(callback));
  },
});
