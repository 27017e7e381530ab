import { onTestFinished, vi } from 'vitest';

/** For the rest of a test AWS is out of reach, whatever this machine may reach: what is handed to it is lost. */
export function withoutAws(): void {
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:9');
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'an example of a secret key');
  onTestFinished(() => void vi.unstubAllEnvs());
}
