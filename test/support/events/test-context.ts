import { randomUUID } from 'node:crypto';
import type { Context } from 'aws-lambda';

/** Makes the context of one invocation; `timeoutMs` is the function's time-out (10 000). */
export function testContext({ timeoutMs = 10_000 }: { timeoutMs?: number } = {}): Context {
  const endsAt = Date.now() + timeoutMs;
  const notThere = () => {
    throw new Error('Node 24 on Lambda has no callbacks');
  };
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: 'session-auth-dev-auth',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:session-auth-dev-auth',
    memoryLimitInMB: '1024',
    awsRequestId: randomUUID(),
    logGroupName: '/aws/lambda/session-auth-dev-auth',
    logStreamName: '2020/03/10/[$LATEST]0123456789abcdef0123456789abcdef',
    getRemainingTimeInMillis: () => Math.max(0, endsAt - Date.now()),
    done: notThere,
    fail: notThere,
    succeed: notThere,
  };
}
