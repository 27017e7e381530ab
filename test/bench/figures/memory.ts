import { atMost, type Figure, plain } from '../figure.ts';
import type { RequestKind } from '../instance-process.ts';
import type { Setting } from '../setting.ts';

const steps = 5;
/** What is left of growth by chance, such as functions that are compiled late. */
const flat = 1.05;

/** Heap of one instance over 100,000 requests, after collecting garbage; the first fifth of them warms up. */
export async function memoryFigures(setting: Setting): Promise<Figure[]> {
  return [
    ...(await heapOver(setting, { bundle: 'auth', request: 'session', requests: 100_000 })),
    // Without the hash, which takes a minute for a few hundred.
    ...(await heapOver(setting, { bundle: 'no-hash', request: 'sign-in', requests: 10_000 })),
  ];
}

interface Course {
  bundle: string;
  request: RequestKind;
  requests: number;
}

async function heapOver(setting: Setting, { bundle, request, requests }: Course): Promise<Figure[]> {
  const instance = await setting.start(bundle);
  const heaps: number[] = [];
  try {
    await instance.do({ kind: 'prepare', emails: ['ada@example.com'] }, 'prepared');
    for (let step = 1; step <= steps; step += 1) {
      // Few at a time: of one account no more sign-ins may be under way.
      await instance.do({ kind: 'count', request, concurrency: 4, count: requests / steps }, 'ran');
      const { heapBytes } = await instance.do({ kind: 'memory' }, 'memory');
      heaps.push(heapBytes / 1e6);
      setting.log(
        `memory: ${(step * requests) / steps} x ${request}, heap ${(heapBytes / 1e6).toFixed(2)} MB`,
      );
    }
  } finally {
    await instance.end();
  }
  const [warm = 0, last = 0] = [heaps[0], heaps.at(-1)];
  return [
    plain(`heap after ${requests / steps} x ${request}`, warm, 'MB'),
    plain(`heap after ${requests} x ${request}`, last, 'MB'),
    atMost(`heap after ${requests} x ${request} / after ${requests / steps}`, last / warm, 'x', flat),
  ];
}
