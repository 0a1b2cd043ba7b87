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

const HEADER =
  /(?:type=([A-Z0-9_]{1,40}|UNKNOWN\[\d{1,5}\]) )?(?:msg=)?audit\((\d{1,11})\.(\d{3}):(\d{1,10})\): {0,2}(?:type=(\d{1,5})(?: |$))?/y;

const MS_PER_SECOND = 1000;

/** Reads the header that begins at `at`. */
export function readHeader(text: ByteText, at: number): AuditHeader | undefined {
  HEADER.lastIndex = at;
  const match = HEADER.exec(text);
  if (match === null) return undefined;
  const [all, before, seconds = '', milliseconds = '', serial = '', after] = match;
  const name = before ?? after;
  return {
    ...(name !== undefined && { type: recordType(name) }),
    timeMs: Number(seconds) * MS_PER_SECOND + Number(milliseconds),
    serial: Number(serial),
    bodyAt: at + all.length,
  };
}

/** The number of `AVC`, `UNKNOWN[1503]` or `1400`. */
export function recordType(name: string): number {
  const known = TYPE_NAMES.get(name);
  if (known !== undefined) return known;
  const digits = /^(?:UNKNOWN\[)?(\d{1,5})\]?$/.exec(name)?.[1];
  return digits === undefined ? OTHER_TYPE : Number(digits);
}
