import { Transform } from 'node:stream';

const lineEnds: ReadonlySet<number> = new Set(Buffer.from('\r\n'));

/** Passes text on without what is beyond so many bytes of a line: one that never ends would be kept whole by who reads lines. */
export function shortLines(mostBytes: number): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const kept = Buffer.alloc(chunk.length);
      let at = 0;
      for (const byte of chunk) {
        length = lineEnds.has(byte) ? 0 : length + 1;
        if (length <= mostBytes) at = kept.writeUInt8(byte, at);
      }
      done(null, kept.subarray(0, at));
    },
  });
}
