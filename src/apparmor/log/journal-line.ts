import { Buffer } from 'node:buffer';
import { type ByteText, toByteText } from '../../core/byte-text.ts';
import type { Envelope } from './envelope.ts';

export type JournalLine =
  | { readonly kind: 'entry'; readonly envelope: Envelope }
  /** journalctl(1) leaves out what is longer than 4,096 bytes, unless --all is given. */
  | { readonly kind: 'left-out'; readonly tag: string }
  | { readonly kind: 'fault'; readonly reason: string };

/** Text, or the bytes of what is no text as numbers; a list of them where the entry has the field more than once. */
type Entry = Readonly<Record<string, unknown>>;

const LARGEST_BYTE = 255;

/** Facility of the kernel (syslog(3), LOG_KERN). */
const KERNEL_FACILITY = '0';
const MICROSECONDS_PER_MS = 1000;
/** By their whole path: a user's own file may have any name. */
const DBUS_PROGRAMS: ReadonlySet<string> = new Set([
  '/usr/bin/dbus-daemon',
  '/usr/bin/dbus-broker',
  '/usr/bin/dbus-broker-launch',
]);
/** Of the system's bus; that of a session runs as its user, who may make it say what he likes. */
const SYSTEM_BUS: ReadonlySet<string> = new Set(['dbus.service', 'dbus-broker.service']);

/**
 * One line of `journalctl -o json`. Fields that begin with an underscore are journald's own, and no program can set them
 * (systemd.journal-fields(7)); with /dev/kmsg the facility tells the kernel's messages from those of programs.
 */
export function readJournalLine(line: ByteText): JournalLine {
  try {
    const isEscaped = line.includes(ESCAPE);
    const json: unknown = JSON.parse(isEscaped ? Buffer.from(line, 'latin1').toString('utf8') : line);
    // Without such escapes each character stands for one byte of the line, and so do those of its texts.
    return isEntry(json)
      ? open(json, isEscaped ? toByteText : same)
      : { kind: 'fault', reason: 'no entry of a journal' };
  } catch {
    return { kind: 'fault', reason: 'no JSON, or a part of it' };
  }
}

const ESCAPE = '\\u';

function same(text: ByteText): ByteText {
  return text;
}

function isEntry(json: unknown): json is Entry {
  return typeof json === 'object' && json !== null && !Array.isArray(json);
}

function open(data: Entry, toBytes: (text: string) => ByteText): JournalLine {
  const transport = textOf(data['_TRANSPORT']);
  const identifier = textOf(data['SYSLOG_IDENTIFIER']) ?? textOf(data['_COMM']) ?? transport ?? 'a program';
  const text = messageOf(data['MESSAGE'], toBytes);
  const tag = toBytes(identifier);
  if (text === undefined) return { kind: 'left-out', tag };
  const timeMs = microseconds(data['__REALTIME_TIMESTAMP']);
  const common = { text, at: 0, isForgeable: false, ...(timeMs !== undefined && { timeMs }) };
  if (transport === 'audit') return { kind: 'entry', envelope: audited(data, { ...common, tag: 'audit' }) };
  if (transport === 'kernel' && textOf(data['SYSLOG_FACILITY']) === KERNEL_FACILITY) {
    return { kind: 'entry', envelope: { ...common, writer: 'kernel', transport: 'ring', tag: 'kernel' } };
  }
  const isDbus = transport !== 'kernel' && DBUS_PROGRAMS.has(textOf(data['_EXE']) ?? '');
  const isForgeable = !SYSTEM_BUS.has(textOf(data['_SYSTEMD_UNIT']) ?? '');
  return {
    kind: 'entry',
    envelope: { ...common, writer: isDbus ? 'dbus' : 'program', transport: 'program', isForgeable, tag },
  };
}

/** `AVC apparmor="DENIED" …`: the type's name stands before the text, number and time are fields (journald-audit.c). */
function audited(data: Entry, common: Omit<Envelope, 'writer' | 'transport'>): Envelope {
  const name = /^[A-Z][A-Z0-9_]{0,40} |^UNKNOWN\[\d{1,5}\] /.exec(common.text)?.[0] ?? '';
  const serial = digits(data['_AUDIT_ID']);
  const timeMs = microseconds(data['_SOURCE_REALTIME_TIMESTAMP']);
  return {
    ...common,
    writer: 'kernel',
    transport: 'audit',
    at: name.length,
    record: {
      type: digits(data['_AUDIT_TYPE']) ?? 0,
      ...(serial !== undefined && { serial }),
      ...(timeMs !== undefined && { timeMs }),
    },
  };
}

/** The message, or its first part where there are more; `undefined` where it was left out or is none. */
function messageOf(message: unknown, toBytes: (text: string) => ByteText): ByteText | undefined {
  if (message === undefined) return '';
  if (typeof message === 'string') return toBytes(message);
  if (!Array.isArray(message)) return undefined;
  const parts: readonly unknown[] = message;
  if (parts.every(isByte)) return Buffer.from(parts).toString('latin1');
  const first = parts.find((part) => typeof part === 'string' || Array.isArray(part));
  return Array.isArray(first) && !first.every(isByte) ? undefined : messageOf(first ?? null, toBytes);
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= LARGEST_BYTE;
}

function textOf(data: unknown): string | undefined {
  return typeof data === 'string' ? data : undefined;
}

function digits(data: unknown): number | undefined {
  const text = textOf(data);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function microseconds(data: unknown): number | undefined {
  const text = textOf(data);
  return text !== undefined && /^\d{1,19}$/.test(text) ? Math.floor(Number(text) / MICROSECONDS_PER_MS) : undefined;
}
