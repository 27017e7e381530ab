import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/** One invocation on this instance. */
export interface Invocation {
  id: number;
  event: unknown;
}

export interface Outcome {
  id: number;
  result?: unknown;
  error?: string;
}

/** What a new instance is told: its bundle, and the environment that Lambda would give it. */
export interface InstanceData {
  bundle: string;
  environment: NodeJS.ProcessEnv;
}

const { bundle, environment } = workerData as InstanceData;
Object.assign(process.env, environment);

// An unhandled rejection ends it, as it does in Lambda; the fleet counts that.
const { handler } = (await import(pathToFileURL(bundle).href)) as {
  handler: (event: unknown, context: unknown) => Promise<unknown>;
};

parentPort?.on('message', ({ id, event }: Invocation) => {
  handler(event, { awsRequestId: String(id) }).then(
    (result) => parentPort?.postMessage({ id, result } satisfies Outcome),
    (error: unknown) => parentPort?.postMessage({ id, error: String(error) } satisfies Outcome),
  );
});
parentPort?.postMessage({ id: 0 } satisfies Outcome);
