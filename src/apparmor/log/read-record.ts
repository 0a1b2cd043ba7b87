import type { ByteText } from '../../core/byte-text.ts';
import { type AuditHeader, readHeader, RECORD_TYPE } from './audit-header.ts';
import type { EventBuilder, Stamp } from './build-event.ts';
import type { Envelope } from './envelope.ts';
import type { AccessEvent } from './event.ts';
import { type BodyPlace, surroundingsOf } from './event-templates.ts';
import { type RecordFields, readRecordFields } from './record-fields.ts';
import { type LineBytes, textOf } from './line-splitter.ts';
import type { StatusRecord } from './records.ts';

export type Reading =
  | {
      readonly kind: 'event';
      readonly event: AccessEvent;
      /** One that differs from it in nothing but the name, the process, the time and the number. */
      readonly template: AccessEvent;
    }
  | { readonly kind: 'status'; readonly status: StatusRecord }
  | Open
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'impostor'; readonly reason: string }
  /** Nothing of AppArmor. */
  | { readonly kind: 'other' };

/** What a line says by itself. */
export type WholeReading = Exclude<Reading, Open>;

/** What a program sent through the kernel has no end yet: it may go on in the next line. */
interface Open {
  readonly kind: 'open';
  readonly event: AccessEvent;
}

/**
 * printk keeps at most 1,024 bytes of a message with its prefix, or 976 without, and says nothing of the rest: what is shorter than
 * this is whole (kernel/printk/printk.c, LOG_LINE_MAX and PRINTKRB_RECORD_MAX).
 */
export const WHOLE_IN_RING_BYTES = 975;
/** libaudit and journald receive at most 8,970 bytes of a record (libaudit.h, MAX_AUDIT_MESSAGE_LENGTH). */
const WHOLE_IN_AUDIT_BYTES = 8_900;

const LIMITS = { ring: WHOLE_IN_RING_BYTES, audit: WHOLE_IN_AUDIT_BYTES, program: Number.POSITIVE_INFINITY } as const;

const OTHER: Reading = { kind: 'other' };
const FIRST_FIELD = 'apparmor="';
const EVENT_TYPES: ReadonlyMap<number, AccessEvent['verdict']> = new Map([
  [RECORD_TYPE.audit, 'AUDIT'],
  [RECORD_TYPE.allowed, 'ALLOWED'],
  [RECORD_TYPE.denied, 'DENIED'],
  [RECORD_TYPE.hint, 'HINT'],
  [RECORD_TYPE.kill, 'KILLED'],
]);

/** Whether a line can have anything of AppArmor in it: most of an audit log hasn't. */
export function mayBeRecord(line: ByteText): boolean {
  return (
    line.includes('apparmor=') ||
    line.includes('operation="') ||
    line.startsWith('type=APPARMOR') ||
    line.startsWith('type=UNKNOWN[1500]')
  );
}

/** What a line says, by who wrote it. */
export function readRecord(envelope: Envelope, builder: EventBuilder): Reading {
  const { writer, text, at, tag } = envelope;
  if (writer === 'program')
    return text.includes(FIRST_FIELD, at) ? impostor(`written by ${tag}, not by the kernel`) : OTHER;
  if (writer === 'dbus') return text.startsWith(FIRST_FIELD, at) ? fromDbus(envelope, builder, {}) : OTHER;
  const header = headerOf(envelope);
  if (header === undefined) {
    return text.includes(FIRST_FIELD, at) ? unreadable('no header of an audit record before it') : OTHER;
  }
  if (text.length - at >= LIMITS[envelope.transport]) {
    return isOurs(header, text) ? unreadable('as long as a record can be here: it may be cut off') : OTHER;
  }
  if (header.type === RECORD_TYPE.userAvc) return fromUser({ ...envelope, at: header.bodyAt }, builder, header);
  if (header.type === RECORD_TYPE.sentence) return unreadable('a sentence of AppArmor before 2.1, not fields');
  if (!isOurs(header, text)) return OTHER;
  if (!isKernelType(header.type)) return unreadable('a record of AppArmor in the midst of another');
  return fromKernel(header, text, builder);
}

export interface Header extends BodyPlace {
  readonly type?: number;
  readonly timeMs?: number;
  readonly serial?: number;
}

/** What the log, or the record itself, writes in front of the fields. */
export function headerOf({ text, at, record, timeMs }: Envelope): Header | undefined {
  if (record !== undefined) return { ...(timeMs !== undefined && { timeMs }), ...record, bodyAt: at };
  const header: AuditHeader | undefined = readHeader(text, text.startsWith('audit: ', at) ? at + 'audit: '.length : at);
  return header;
}

/** What the fields of an access say, when all that stands in front of them was read. */
export function readAccess(fields: LineBytes, stamp: Required<Stamp>, builder: EventBuilder): WholeReading {
  const text = textOf(fields);
  const header = { type: RECORD_TYPE.avc, ...stamp, bodyAt: 0, bytes: fields };
  return fromKernel(header, text.endsWith('\r') ? text.slice(0, -1) : text, builder);
}

function isKernelType(type: number | undefined): boolean {
  return type === undefined || type === RECORD_TYPE.avc || (type > RECORD_TYPE.sentence && type <= RECORD_TYPE.kill);
}

function isOurs({ type, bodyAt }: Header, text: ByteText): boolean {
  if (type !== undefined && type > RECORD_TYPE.sentence && type <= RECORD_TYPE.kill) return true;
  return text.includes(FIRST_FIELD, bodyAt) || (type === undefined && text.startsWith('operation="', bodyAt));
}

function fromKernel(header: Header, text: ByteText, builder: EventBuilder): WholeReading {
  if (text.includes('\n', header.bodyAt)) return unreadable('a line end in a record of the kernel');
  const { timeMs, serial } = header;
  const around = timeMs === undefined || serial === undefined ? undefined : surroundingsOf(text, header);
  if (around !== undefined && timeMs !== undefined && serial !== undefined && header.type === RECORD_TYPE.avc) {
    const template = builder.templates.find(around);
    const event = template && builder.templates.fill(template, around, { timeMs, serial });
    if (template !== undefined && event !== undefined) return { kind: 'event', event, template };
  }
  const reading = readRecordFields(text, header.bodyAt);
  if (reading.kind === 'fault') return unreadable(reading.reason);
  const { fields } = reading;
  const stamp = stampOf(header);
  const verdict = fields.get('apparmor') ?? EVENT_TYPES.get(header.type ?? 0) ?? statusWord(header.type);
  if (verdict === 'STATUS' || verdict === 'ERROR') {
    return { kind: 'status', status: builder.status(verdict === 'STATUS' ? 'status' : 'error', fields, stamp) };
  }
  if (!isVerdict(verdict)) return unreadable('no verdict that is known');
  const missing = missingOf(header, fields);
  if (missing !== undefined) return unreadable(missing);
  const event = builder.event(verdict, fields, stamp);
  if (around !== undefined && header.type === RECORD_TYPE.avc) builder.templates.learn(around, event);
  return { kind: 'event', event, template: event };
}

function statusWord(type: number | undefined): string | undefined {
  if (type === RECORD_TYPE.status) return 'STATUS';
  return type === RECORD_TYPE.error ? 'ERROR' : undefined;
}

/** Fields that every record of the kernel has; without them it is a part of one. */
function missingOf({ type }: Header, fields: RecordFields): string | undefined {
  if (!fields.has('operation')) return 'it has no operation: cut off';
  // security/lsm_audit.c writes both behind all that comes before it, and the masks and the owner behind them.
  if (type === RECORD_TYPE.avc && !(fields.has('pid') && fields.has('comm')))
    return 'it has no pid or no comm: cut off';
  // Kernels before 4.5 wrote memory there that was never set (https://bugs.launchpad.net/bugs/1689667).
  const target = fields.get('target');
  if (fields.get('operation') === 'ptrace' && target !== undefined && target !== '')
    return 'the target of a ptrace is no name';
  return undefined;
}

const USER_TEXT = / msg='/;
const OUTER = /^(?:pid|uid|auid|ses)=\d{1,10}(?: +(?:uid|auid|ses)=\d{1,10}){0,3}(?: +subj=[^' ]{0,4096})? *$/;

/** `pid=… uid=… auid=… ses=… msg='…'`: what a program with CAP_AUDIT_WRITE sent, and the kernel passed on as it is. */
function fromUser(envelope: Envelope, builder: EventBuilder, header: Header): Reading {
  const { text, at } = envelope;
  const start = text.slice(at).search(USER_TEXT);
  if (start === -1) return text.includes(FIRST_FIELD, at) ? unreadable("no msg='…' in what a program sent") : OTHER;
  const inner = at + start + " msg='".length;
  if (!text.startsWith(FIRST_FIELD, inner)) {
    return text.includes(FIRST_FIELD, at) ? impostor("a program's text that has a record in it") : OTHER;
  }
  if (!OUTER.test(text.slice(at, at + start)))
    return unreadable('what the kernel writes before a message is not as it should be');
  const enriched = text.indexOf('\u001d', inner);
  const end = (enriched === -1 ? text : text.slice(0, enriched)).trimEnd();
  const isClosed = end.endsWith("'") && end.length > inner;
  const body = isClosed ? end.slice(inner, -1) : end.slice(inner);
  const reading = fromDbus({ ...envelope, text: body, at: 0 }, builder, stampOf(header));
  return !isClosed && reading.kind === 'event' ? { kind: 'open', event: reading.event } : reading;
}

const DBUS_PROGRAM = /^\/(?:[\w.-]+\/)*(?:dbus-daemon|dbus-broker|dbus-broker-launch)$/;

/** The one form that is known of programs that ask AppArmor: D-Bus daemons (dbus/bus/apparmor.c, dbus-broker/src/util/apparmor.c). */
function fromDbus(envelope: Envelope, builder: EventBuilder, stamp: Stamp): Reading {
  const reading = readRecordFields(envelope.text, envelope.at);
  if (reading.kind === 'fault') return unreadable(reading.reason);
  const { fields } = reading;
  const verdict = fields.get('apparmor');
  const operation = fields.get('operation') ?? '';
  const exe = fields.get('exe');
  if (!/^dbus_[a-z_]{1,30}$/.test(operation) || !(fields.has('profile') || fields.has('label'))) {
    return impostor('not of the form that D-Bus daemons write');
  }
  if (exe !== undefined && !DBUS_PROGRAM.test(exe)) return impostor('sent by a program that is no D-Bus daemon');
  if (!isVerdict(verdict)) return unreadable('no verdict that is known');
  const { timeMs } = envelope;
  const event = builder.event(verdict, fields, { ...(timeMs !== undefined && { timeMs }), ...stamp });
  return { kind: 'event', event, template: event };
}

function stampOf({ timeMs, serial }: Header): Stamp {
  return { ...(timeMs !== undefined && { timeMs }), ...(serial !== undefined && { serial }) };
}

function isVerdict(word: string | undefined): word is AccessEvent['verdict'] {
  return word === 'DENIED' || word === 'ALLOWED' || word === 'AUDIT' || word === 'KILLED' || word === 'HINT';
}

function unreadable(reason: string): WholeReading {
  return { kind: 'unreadable', reason };
}

function impostor(reason: string): WholeReading {
  return { kind: 'impostor', reason };
}
