import {
  MongoAPIError,
  MongoClientClosedError,
  MongoErrorLabel,
  MongoInvalidArgumentError,
  MongoNetworkError,
  MongoNetworkTimeoutError,
  MongoNotConnectedError,
  MongoOperationTimeoutError,
  MongoServerClosedError,
  MongoServerError,
  MongoServerSelectionError,
  MongoTopologyClosedError,
  MongoWriteConcernError,
} from 'mongodb';
import { describe, expect, it } from 'vitest';
import { duplicateKey, isOutage, isTimeout } from '../../../lib/store/mongo/errors.ts';

const answered = (code: number, ...labels: string[]) =>
  new MongoServerError({ ok: 0, code, errmsg: 'the server says no', errorLabels: labels });

describe('an outage', () => {
  it.each([
    ['the primary stepped down', answered(10107)],
    ['the primary is about to step down', answered(189)],
    ['there is no primary, and no secondary is asked', answered(13435)],
    ['the member recovers', answered(13436)],
    ['the server shuts down', answered(91)],
    ['the server was told to end its operations', answered(11600)],
    ['the member changed its state under the operation', answered(11602)],
    ['another member is out of reach', answered(6)],
    ['the server’s own time for the command is over', answered(50)],
    ['the driver may send the write again', answered(1, MongoErrorLabel.RetryableWriteError)],
    ['the server is overloaded', answered(462, MongoErrorLabel.SystemOverloadedError)],
    ['the user lacks a right', answered(13)],
    ['the server refused our credentials', answered(18, MongoErrorLabel.HandshakeError)],
    [
      'the write did not reach enough members in time',
      new MongoWriteConcernError({ ok: 1, writeConcernError: { code: 64, errmsg: 'waiting timed out' } }),
    ],
    ['the connection broke', new MongoNetworkError('connection 1 closed')],
    ['the connection was not made in time', new MongoNetworkTimeoutError('timed out')],
    ['the time is over', new MongoOperationTimeoutError('timed out')],
    ['no server was found', new MongoServerSelectionError('none', {} as never)],
    ['the client was closed', new MongoClientClosedError()],
    ['the client’s first connection failed', new MongoTopologyClosedError()],
    ['the client’s server was closed', new MongoServerClosedError()],
    ['the client has no connection', new MongoNotConnectedError('not connected')],
    ['a dead socket was written to', Object.assign(new Error(), { syscall: 'write', code: 'ECONNRESET' })],
    ['the cluster’s name was not found', Object.assign(new Error(), { syscall: 'querySrv' })],
    ['a connection that the server had ended was written to', Object.assign(new Error(), { code: 'EPIPE' })],
    ['a closed stream was written to', Object.assign(new Error(), { code: 'ERR_STREAM_DESTROYED' })],
  ])('is meant where %s', (_what, error) => {
    expect(isOutage(error)).toBe(true);
  });

  it.each([
    ['a unique index refused a write', answered(11000)],
    ['a command is not known', answered(59)],
    ['a document is refused by a validator', answered(121)],
    ['a write has a conflict of paths', answered(40)],
    ['the driver is called wrongly', new MongoInvalidArgumentError('no')],
    ['the driver is used wrongly', new MongoAPIError('no')],
    ['our own code fails', new TypeError('x is not a function')],
    ['a file is missing', Object.assign(new Error(), { syscall: 'open', code: 'ENOENT' })],
    ['what is thrown is no error', 'ECONNRESET'],
    ['nothing is thrown', undefined],
  ])('is not meant where %s', (_what, error) => {
    expect(isOutage(error)).toBe(false);
  });

  it('is a time-out only where the time is over', () => {
    expect(isTimeout(new MongoOperationTimeoutError('timed out'))).toBe(true);
    expect(isTimeout(new MongoNetworkError('connection 1 closed'))).toBe(false);
  });
});

describe('a duplicate key', () => {
  it('names the fields of the index that refused it', () => {
    const error = new MongoServerError({ ok: 0, code: 11000, keyPattern: { emailKey: 1 } });

    expect(duplicateKey(error)).toEqual(['emailKey']);
    expect(duplicateKey(answered(11000))).toEqual([]);
    expect(duplicateKey(answered(11001))).toBeUndefined();
    expect(duplicateKey(new Error('E11000'))).toBeUndefined();
  });
});
