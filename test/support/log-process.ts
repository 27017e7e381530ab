/*
 * A program: writes to the log as a deployed function does, at the level that its argument names, once at each
 * level. What it prints is for its parent to read.
 */
import { createLog, errorFields } from '../../lib/base/log.ts';
import { newRequestContext, runInRequest } from '../../lib/base/request.ts';

const log = createLog(process.argv[2] as 'ERROR' | 'WARN' | 'INFO' | 'DEBUG');
log.debug('debugging', { number: 1 });
runInRequest(Object.assign(newRequestContext('an-id'), { traceId: 'a-trace' }), () =>
  log.info('telling', { requestId: 'an-id', text: 'two\nlines "quoted"' }),
);
log.warn('warning', { level: 'NONE', message: 'another', large: 1n });
log.error('failing', errorFields(new Error('of nothing that is to be read')));
