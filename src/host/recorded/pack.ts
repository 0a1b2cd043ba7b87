import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';
import type { Recorded } from './answer.ts';
import { encodeHead, type Head } from './head.ts';
import { encodeLine } from './line.ts';

export const MAGIC = 'freehold-recording';
export const FORMAT_VERSION = 1;

/** What was recorded, before it is a file. */
export interface Recording {
  readonly head: Head;
  readonly answers: readonly Recorded[];
}

/** The bytes of a recording's file: one line that tells what follows, then gzip. Equal recordings have equal text. */
export async function packRecording({ head, answers }: Recording): Promise<Uint8Array> {
  const lines = answers.map((answer) => Buffer.from(`${encodeLine(answer)}\n`)).sort((a, b) => Buffer.compare(a, b));
  const payload = Buffer.concat([Buffer.from(`${encodeHead(head)}\n`), ...lines]);
  const compressed = await promisify(gzip)(payload, { level: constants.Z_BEST_COMPRESSION });
  const digest = createHash('sha256').update(payload).digest('hex');
  const sizes = `gzip=${String(compressed.length)} text=${String(payload.length)}`;
  return Buffer.concat([
    Buffer.from(`${MAGIC} ${String(FORMAT_VERSION)} ${sizes} sha256=${digest}\n`, 'latin1'),
    compressed,
  ]);
}
