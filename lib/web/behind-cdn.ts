import type { Request, RequestHandler } from 'express';
import { addressInHeader } from '../base/bare-address.ts';
import type { Config } from '../base/config.ts';
import type { Log } from '../base/log.ts';
import { originCheck, originHeader } from '../base/origin-secret.ts';
import { Problem } from '../base/problem.ts';
import { currentRequest } from '../base/request.ts';

export interface BehindCdnOptions {
  config: Pick<Config, 'originSecrets' | 'clientAddressHeader'>;
  log: Pick<Log, 'warn'>;
}

/**
 * Where there is a CDN in front, lets in only what came by it, and takes the caller's address from the header in which
 * it names that (OWASP ASVS 4.1.3, 15.3.4). Health checks come past it.
 *
 * `req.ip` stays the address that AWS saw, which is the CDN's, where that header is missing or holds no address. Then
 * callers share the limits of the CDN's address: too strict for them, but nobody gets around a limit. The log says so
 * once an instance.
 *
 * @returns a middleware that throws {Problem} 403 `forbidden`.
 */
export function behindCdn({ config, log }: BehindCdnOptions): RequestHandler {
  const { originSecrets, clientAddressHeader: header } = config;
  const cameByCdn = originCheck(originSecrets);
  let isTold = false;

  function takeAddress(req: Request, header: string): void {
    const ip = addressInHeader(header, req.get(header));
    if (ip !== undefined)
      Object.defineProperty(req, 'ip', { value: ip, configurable: true, enumerable: true });
    else if (!isTold) {
      isTold = true;
      log.warn('no address in CLIENT_ADDRESS_HEADER', { requestId: currentRequest()?.requestId });
    }
  }

  return function behindCdn(req, _res, next) {
    if (cameByCdn(req.headers[originHeader])) {
      if (header !== undefined) takeAddress(req, header);
    } else if (!req.path.startsWith('/health/'))
      throw new Problem(
        'forbidden',
        'This address answers nobody directly. Use the public address of the service.',
      );
    next();
  };
}
