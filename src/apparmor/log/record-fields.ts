import type { ByteText } from '../../core/byte-text.ts';
import { decodeUntrusted, type Field, readFields } from './fields.ts';

/** The decoded fields of one record, each name once. */
export type RecordFields = ReadonlyMap<string, ByteText>;

export type RecordReading = { readonly kind: 'fields'; readonly fields: RecordFields } | Fault;

export interface Fault {
  readonly kind: 'fault';
  readonly reason: string;
}

/** What the kernel writes by audit_log_untrustedstring: anybody may have chosen it (security/apparmor/audit.c, file.c, mount.c, …). */
const UNTRUSTED: ReadonlySet<string> = new Set([
  'addr',
  'comm',
  'exe',
  'execpath',
  'fstype',
  'label',
  'name',
  'name2',
  'namespace',
  'options',
  'path',
  'peer',
  'peer_addr',
  'peer_label',
  'peer_profile',
  'profile',
  'srcname',
  'target',
  'tcontext',
  'trans',
]);

/** What stands before the fields of a record. */
const OF_HEADERS: ReadonlySet<string> = new Set(['type', 'msg']);

const NUMBERS: ReadonlyMap<string, RegExp> = new Map([
  ['pid', /^\d{1,10}$/],
  ['peer_pid', /^\d{1,10}$/],
  ['fsuid', /^\d{1,10}$/],
  ['ouid', /^\d{1,10}$/],
  ['error', /^-?\d{1,10}$/],
]);

/** Stands where there is no value: printk of a null pointer, a socket without an address, libaudit without a terminal. */
const NOTHING: ReadonlySet<string> = new Set(['(null)', 'none', '?']);

/** Reads what the kernel wrote from `at` on. A field that stands there twice with two values is no record of the kernel's. */
export function readRecordFields(text: ByteText, at: number): RecordReading {
  const list = readFields(text, at);
  if ('fault' in list) return fault(list.fault);
  const fields = new Map<string, ByteText>();
  for (const field of list) {
    if (OF_HEADERS.has(field.key)) return fault('another record begins in it');
    const value = valueOf(field);
    if (value === undefined) continue;
    if (value === UNDECODABLE) return fault(`${field.key} is not written as the kernel writes it`);
    const before = fields.get(field.key);
    if (before !== undefined && before !== value) return fault(`${field.key} stands there twice`);
    fields.set(field.key, value);
  }
  return { kind: 'fields', fields };
}

function fault(reason: string): Fault {
  return { kind: 'fault', reason };
}

const UNDECODABLE = Symbol('undecodable');

function valueOf(field: Field): ByteText | typeof UNDECODABLE | undefined {
  const { key, value, isQuoted } = field;
  if (!isQuoted && NOTHING.has(value)) return undefined;
  if (UNTRUSTED.has(key)) return decodeUntrusted(field) ?? UNDECODABLE;
  const number = NUMBERS.get(key);
  return number === undefined || number.test(value) ? value : UNDECODABLE;
}
