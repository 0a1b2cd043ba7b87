import { AUDIT_DIGITS, RECORD_TYPE } from './audit-header.ts';
import { bytesOf, digitsEnd, numberIn, standsAt } from './byte-scan.ts';
import { openEnvelope } from './envelope.ts';
import { type LineBytes, textOf } from './line-splitter.ts';
import { headerOf, WHOLE_IN_RING_BYTES } from './read-record.ts';

/** What stands in front of a record's fields; good until the next one is read. */
export interface RecordHead {
  readonly timeMs: number;
  readonly serial: number;
  readonly isForgeable: boolean;
  /** Where the fields begin, among the bytes of the line. */
  readonly bodyAt: number;
}

/** What stands in front of the time, `type=AVC msg=audit(`, and says that the record is the kernel's and of an access. */
interface Front {
  readonly bytes: Uint8Array;
  readonly isForgeable: boolean;
}

const OPEN = 0x28;
const CLOSE = 0x29;
const POINT = 0x2e;
const COLON = 0x3a;
const SPACE = 0x20;
const MS_PER_SECOND = 1000;
const END = '): ';
const FIRST_FIELD = bytesOf('apparmor="');
/** The time, and what logs write in front of it, is shorter: no more is looked at of lines that are something else. */
const LONGEST = 256;

/** Reads what is in front of records out of their bytes. What all lines of a log have alike is looked at once. */
export class RecordHeads {
  #front: Front = { bytes: new Uint8Array(0), isForgeable: true };
  /** One object for all records: there are as many as a log has lines. */
  readonly #head: { -readonly [Key in keyof RecordHead]: RecordHead[Key] } = {
    timeMs: 0,
    serial: 0,
    isForgeable: true,
    bodyAt: 0,
  };

  /** Nothing where a line has no record of an access, or one whose fields do not say all. */
  read(line: LineBytes): RecordHead | undefined {
    // Whether a longer line is whole is another question for each kind of log.
    if (line.to - line.from >= WHOLE_IN_RING_BYTES) return undefined;
    const front = this.#front.bytes;
    return front.length > 0 && standsAt(line.bytes, line.from, front)
      ? this.#readStamp(line, line.from + front.length)
      : this.#readNew(line);
  }

  #readNew(line: LineBytes): RecordHead | undefined {
    const { bytes, from } = line;
    const bodyAt = endOfHead(line);
    if (bodyAt === undefined || !standsAt(bytes, bodyAt, FIRST_FIELD)) return undefined;
    const envelope = openEnvelope(textOf({ bytes, from, to: bodyAt }));
    const header = envelope?.writer === 'kernel' ? headerOf(envelope) : undefined;
    if (envelope === undefined || header?.type !== RECORD_TYPE.avc || header.bodyAt !== bodyAt - from) return undefined;
    const { isForgeable } = envelope;
    const stamp = bytes.lastIndexOf(OPEN, bodyAt) + 1;
    this.#front = { bytes: Uint8Array.from(bytes.subarray(from, stamp)), isForgeable };
    return this.#readStamp(line, stamp);
  }

  /** `1764115200.123:45): ` and the first field, as {@link readHeader} takes them. */
  #readStamp({ bytes }: LineBytes, at: number): RecordHead | undefined {
    const point = digitsEnd(bytes, at, AUDIT_DIGITS.seconds);
    const colon = digitsEnd(bytes, point + 1, AUDIT_DIGITS.milliseconds);
    const close = digitsEnd(bytes, colon + 1, AUDIT_DIGITS.serial);
    const bodyAt = close + END.length;
    const isStamp =
      point > at &&
      bytes[point] === POINT &&
      colon === point + 1 + AUDIT_DIGITS.milliseconds &&
      bytes[colon] === COLON &&
      close > colon + 1 &&
      bytes[close] === CLOSE &&
      bytes[close + 1] === COLON &&
      bytes[close + 2] === SPACE &&
      standsAt(bytes, bodyAt, FIRST_FIELD);
    if (!isStamp) return undefined;
    const head = this.#head;
    head.timeMs = numberIn(bytes, at, point) * MS_PER_SECOND + numberIn(bytes, point + 1, colon);
    head.serial = numberIn(bytes, colon + 1, close);
    head.isForgeable = this.#front.isForgeable;
    head.bodyAt = bodyAt;
    return head;
  }
}

/** Behind the first `): ` of a line. */
function endOfHead({ bytes, from, to }: LineBytes): number | undefined {
  const end = Math.min(to, from + LONGEST) - END.length;
  for (let at = from; at < end; at += 1)
    if (bytes[at] === CLOSE && bytes[at + 1] === COLON && bytes[at + 2] === SPACE) return at + END.length;
  return undefined;
}
