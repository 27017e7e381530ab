import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

/** A message as Lambda puts it into a queue of dead letters. */
export interface Dead {
  body: string;
  errorMessage?: string;
  sentAt?: Date;
}

interface Kept extends Dead {
  receipt: string;
  visibleAt: number;
}

/** One queue of SQS, as far as dead letters need it, and the function that takes jobs. */
export class DeadLetterQueue {
  readonly name: string;
  /** Jobs that the function was given. */
  readonly invoked: { path: string; body: string }[] = [];
  /** What the function answers. */
  status = 202;
  /** Whether it has an alias `live`. */
  isReleased = false;
  #messages: Kept[] = [];
  #receipts = 0;

  constructor(name: string) {
    this.name = name;
  }

  put(...dead: Dead[]): void {
    for (const each of dead) this.#messages.push({ ...each, receipt: '', visibleAt: 0 });
  }

  clear(): void {
    this.#messages = [];
    this.invoked.length = 0;
    this.status = 202;
    this.isReleased = false;
  }

  /** How many there are, and how many of them anybody sees. */
  get size(): { all: number; visible: number } {
    const visible = this.#messages.filter(({ visibleAt }) => visibleAt <= Date.now()).length;
    return { all: this.#messages.length, visible };
  }

  /** Answers as SQS and Lambda do. */
  answer(req: IncomingMessage, body: string, res: ServerResponse): void {
    const target = String(req.headers['x-amz-target'] ?? '').replace('AmazonSQS.', '');
    if (target === '') {
      const path = decodeURIComponent(req.url ?? '');
      const isThere = this.isReleased || !path.includes(':live');
      if (isThere) this.invoked.push({ path, body });
      const status = isThere ? this.status : 404;
      const type = status === 202 ? {} : { 'x-amzn-errortype': 'ResourceNotFoundException' };
      res.writeHead(status, { 'content-type': 'application/json', ...type }).end('{}');
      return;
    }
    const [status, said] = this.#act(target, JSON.parse(body), `http://${req.headers.host}/1/${this.name}`);
    res.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(said));
  }

  #act(target: string, asked: Record<string, unknown>, url: string): [number, object] {
    if (target === 'GetQueueUrl')
      return asked.QueueName === this.name
        ? [200, { QueueUrl: url }]
        : [400, { __type: 'com.amazonaws.sqs#QueueDoesNotExist', message: 'no such queue' }];
    if (target === 'ReceiveMessage')
      return [200, { Messages: this.#receive(Number(asked.VisibilityTimeout)) }];
    if (target === 'DeleteMessage')
      this.#messages = this.#messages.filter(({ receipt }) => receipt !== asked.ReceiptHandle);
    if (target === 'ChangeMessageVisibilityBatch')
      for (const entry of asked.Entries as { ReceiptHandle: string; VisibilityTimeout: number }[])
        for (const each of this.#messages)
          if (each.receipt === entry.ReceiptHandle)
            each.visibleAt = Date.now() + entry.VisibilityTimeout * 1000;
    return [200, { Successful: [], Failed: [] }];
  }

  #receive(seconds: number) {
    const some = this.#messages.filter(({ visibleAt }) => visibleAt <= Date.now()).slice(0, 10);
    return some.map((each) => {
      each.receipt = `receipt ${++this.#receipts}`;
      each.visibleAt = Date.now() + seconds * 1000;
      const said = each.errorMessage ?? 'mail job failed: MessageRejected';
      return {
        MessageId: each.receipt,
        ReceiptHandle: each.receipt,
        Body: each.body,
        MD5OfBody: createHash('md5').update(each.body).digest('hex'),
        Attributes: { SentTimestamp: String((each.sentAt ?? new Date('2026-11-20T10:00:00Z')).getTime()) },
        MessageAttributes: { ErrorMessage: { DataType: 'String', StringValue: said } },
      };
    });
  }
}
