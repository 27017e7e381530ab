import { expect, test } from 'vitest';
import { createSessionRecords } from '../../../lib/store/sql/sessions.ts';
import { planOf } from '../../support/sqlite-plan.ts';

test('what came by a session with a provider is found by an index', async () => {
  const plan = await planOf((sql) => createSessionRecords(sql).listByProviderSession('oidc:acme:a-hash', 10));

  expect(plan).toContain('USING INDEX s_provider_session (provider_session=?)');
});
