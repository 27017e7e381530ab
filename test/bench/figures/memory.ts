import { type Figure, plain } from '../figure.ts';
import type { Setting } from '../setting.ts';

const warmUp = 20_000;
const steps = 4;
const stepRequests = 20_000;

/** Heap of one instance over 100,000 requests, after collecting garbage. */
export async function memoryFigures(setting: Setting): Promise<Figure[]> {
  const instance = await setting.start('auth');
  await instance.do({ kind: 'prepare', email: 'ada@example.com' }, 'prepared');
  const heap = async () => (await instance.do({ kind: 'memory' }, 'memory')).heapBytes / 1e6;
  await requests(warmUp);
  const before = await heap();
  let after = before;
  for (let step = 1; step <= steps; step += 1) {
    await requests(stepRequests);
    after = await heap();
    setting.log(`memory: ${warmUp + step * stepRequests} requests, heap ${after.toFixed(1)} MB`);
  }
  await instance.end();
  return [
    plain('heap after 20,000 requests', before, 'MB'),
    plain('heap after 100,000 requests', after, 'MB'),
    plain(
      'growth of the heap per 10,000 requests',
      ((after - before) / (steps * stepRequests)) * 1e4 * 1000,
      'kB',
    ),
  ];

  async function requests(count: number): Promise<void> {
    await instance.do({ kind: 'count', request: 'session', concurrency: 8, count }, 'ran');
  }
}
