import type { ByteText } from '../../core/byte-text.ts';

/** What stands before the fields: `type=AVC msg=audit(1764115200.123:45): `. */
export interface AuditHeader {
  /** Number of the record's type (include/uapi/linux/audit.h); absent where the line leaves it out. */
  readonly type?: number;
  readonly timeMs: number;
  readonly serial: number;
  /** Where the fields begin. */
  readonly bodyAt: number;
}

/** Types of records that AppArmor's are among. */
export const RECORD_TYPE = {
  userAvc: 1107,
  avc: 1400,
  /** AUDIT_AA of 2006: sentences, not fields. */
  sentence: 1500,
  audit: 1501,
  allowed: 1502,
  denied: 1503,
  hint: 1504,
  status: 1505,
  error: 1506,
  kill: 1507,
} as const;

const TYPE_NAMES: ReadonlyMap<string, number> = new Map([
  ['AVC', RECORD_TYPE.avc],
  ['USER_AVC', RECORD_TYPE.userAvc],
  ['APPARMOR', RECORD_TYPE.sentence],
  ['APPARMOR_AUDIT', RECORD_TYPE.audit],
  ['APPARMOR_ALLOWED', RECORD_TYPE.allowed],
  ['APPARMOR_DENIED', RECORD_TYPE.denied],
  ['APPARMOR_HINT', RECORD_TYPE.hint],
  ['APPARMOR_STATUS', RECORD_TYPE.status],
  ['APPARMOR_ERROR', RECORD_TYPE.error],
  ['APPARMOR_KILL', RECORD_TYPE.kill],
]);

/** Of records that are none of AppArmor's. */
const OTHER_TYPE = 0;

const TYPE_BEFORE = 'type=';
const TYPE_NAME = /^(?:[A-Z0-9_]{1,40}|UNKNOWN\[\d{1,5}\])$/;
const MESSAGE = 'msg=';
const AUDIT = 'audit(';
const AUDIT_END = '):';
/** Behind it; older kernels then write the type. */
const MOST_SPACES = 2;
const TYPE_AFTER = /type=(\d{1,5})(?: |$)/y;
/** How many digits each number has at most. */
export const AUDIT_DIGITS = { seconds: 11, milliseconds: 3, serial: 10 } as const;
const MS_PER_SECOND = 1000;

/** Reads the header that begins at `at`, without an expression for all of it: there is one in each line of a log. */
export function readHeader(text: ByteText, at: number): AuditHeader | undefined {
  const before = text.startsWith(beforeLast.text, at) ? beforeLast : beforeTime(text, at);
  if (before === undefined) return undefined;
  beforeLast = before;
  const seconds = at + before.text.length;
  const point = digitsEnd(text, seconds, AUDIT_DIGITS.seconds);
  const colon = digitsEnd(text, point + 1, AUDIT_DIGITS.milliseconds);
  const close = digitsEnd(text, colon + 1, AUDIT_DIGITS.serial);
  const isHeader =
    point > seconds &&
    text.charCodeAt(point) === POINT &&
    colon === point + 1 + AUDIT_DIGITS.milliseconds &&
    text.charCodeAt(colon) === COLON &&
    close > colon + 1 &&
    text.startsWith(AUDIT_END, close);
  if (!isHeader) return undefined;
  let bodyAt = close + AUDIT_END.length;
  for (let spaces = 0; spaces < MOST_SPACES && text.charCodeAt(bodyAt) === SPACE; spaces += 1) bodyAt += 1;
  let { type } = before;
  if (text.startsWith(TYPE_BEFORE, bodyAt)) {
    TYPE_AFTER.lastIndex = bodyAt;
    const after = TYPE_AFTER.exec(text);
    if (after !== null) {
      bodyAt = TYPE_AFTER.lastIndex;
      type ??= recordType(after[1] ?? '');
    }
  }
  const timeMs = numberIn(text, seconds, point) * MS_PER_SECOND + numberIn(text, point + 1, colon);
  const serial = numberIn(text, colon + 1, close);
  return type === undefined ? { timeMs, serial, bodyAt } : { type, timeMs, serial, bodyAt };
}

/** What stands before the time: `type=AVC msg=audit(`. */
interface BeforeTime {
  readonly text: string;
  readonly type?: number;
}

/** Of the record before: most have the same. */
let beforeLast: BeforeTime = { text: AUDIT };

function beforeTime(text: ByteText, at: number): BeforeTime | undefined {
  let here = at;
  let type: number | undefined;
  if (text.startsWith(TYPE_BEFORE, at)) {
    const end = text.indexOf(' ', at);
    const name = text.slice(at + TYPE_BEFORE.length, end);
    if (end === -1 || !TYPE_NAME.test(name)) return undefined;
    type = recordType(name);
    here = end + 1;
  }
  if (text.startsWith(MESSAGE, here)) here += MESSAGE.length;
  if (!text.startsWith(AUDIT, here)) return undefined;
  const before = text.slice(at, here + AUDIT.length);
  return type === undefined ? { text: before } : { text: before, type };
}

const SPACE = 0x20;
const POINT = 0x2e;
const COLON = 0x3a;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const TEN = 10;

/** Where at most so many digits end. */
function digitsEnd(text: ByteText, from: number, most: number): number {
  let at = from;
  while (at < from + most && text.charCodeAt(at) >= DIGIT_0 && text.charCodeAt(at) <= DIGIT_9) at += 1;
  return at;
}

function numberIn(text: ByteText, from: number, to: number): number {
  let number = 0;
  for (let at = from; at < to; at += 1) number = number * TEN + text.charCodeAt(at) - DIGIT_0;
  return number;
}

/** The number of `AVC`, `UNKNOWN[1503]` or `1400`. */
export function recordType(name: string): number {
  const known = TYPE_NAMES.get(name);
  if (known !== undefined) return known;
  const digits = /^(?:UNKNOWN\[)?(\d{1,5})\]?$/.exec(name)?.[1];
  return digits === undefined ? OTHER_TYPE : Number(digits);
}
