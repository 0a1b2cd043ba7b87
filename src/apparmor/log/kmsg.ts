import { Buffer } from 'node:buffer';
import type { ByteText } from '../../core/byte-text.ts';
import type { Envelope } from './envelope.ts';

/** One record of /dev/kmsg. */
export interface RingRecord {
  readonly envelope: Envelope;
  /** Numbers of records follow each other without a gap. */
  readonly sequence: number;
}

/** `5,123,456789,-;message`: Documentation/ABI/testing/dev-kmsg. The number before the first comma is facility × 8 + level. */
const RECORD = /^(\d{1,5}),(\d{1,15}),\d{1,16},[^;]{0,100};/;
const LEVELS = 8;
const ESCAPED = /\\x([0-9a-f]{2})/g;
const HEXADECIMAL = 16;

export function readRingRecord(line: ByteText): RingRecord | undefined {
  const match = RECORD.exec(line);
  if (match === null) return undefined;
  const [head, priority, sequence] = match;
  // What programs write into /dev/kmsg never has the kernel's facility (kernel/printk/printk.c, devkmsg_write).
  const isKernel = Number(priority) < LEVELS;
  return {
    sequence: Number(sequence),
    envelope: {
      writer: isKernel ? 'kernel' : 'program',
      transport: 'ring',
      isForgeable: false,
      text: unescape(line.slice(head.length)),
      at: 0,
      tag: isKernel ? 'kernel' : 'a program',
    },
  };
}

/** The kernel escapes what isn't printable, and the backslash. */
function unescape(text: ByteText): ByteText {
  if (!text.includes('\\')) return text;
  return text.replaceAll(ESCAPED, (_, digits: string) =>
    Buffer.of(Number.parseInt(digits, HEXADECIMAL)).toString('latin1'),
  );
}
