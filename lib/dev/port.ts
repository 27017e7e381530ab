import { createServer } from 'node:net';

function refusal(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
}

/** True where nothing listens on `port` of this machine's loopback, neither by IPv4 nor by IPv6. */
export async function isPortFree(port: number): Promise<boolean> {
  const refusals = [await refusal(port, '127.0.0.1'), await refusal(port, '::1')];
  // A machine without IPv6 refuses with EADDRNOTAVAIL or EAFNOSUPPORT, which takes no port.
  return !refusals.some((code) => code === 'EADDRINUSE' || code === 'EACCES');
}

/** A port that is free at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen({ port: 0, host: '127.0.0.1' }, () => {
      const address = probe.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
}
