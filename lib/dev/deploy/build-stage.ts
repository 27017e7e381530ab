import { buildHandlers, buildSummary } from '../build.ts';
import { deployableStore } from '../chosen-store.ts';
import type { Serverless } from '../service/service.ts';

/** Builds for the store of the stage. @throws {UsageError} where that is for one machine, or nothing builds. */
export async function buildStage({ service }: Serverless): Promise<void> {
  const store = deployableStore({ STORE: service.custom.stage.store });
  console.log(`built for ${store}: ${buildSummary(await buildHandlers({ store }))}`);
}
