import { Buffer } from 'node:buffer';
import { z } from 'zod';
import { type ByteText, toByteText } from '../../core/byte-text.ts';
import type { Envelope } from './envelope.ts';

export type JournalLine =
  | { readonly kind: 'entry'; readonly envelope: Envelope }
  /** journalctl(1) leaves out what is longer than 4,096 bytes, unless --all is given. */
  | { readonly kind: 'left-out'; readonly tag: string }
  | { readonly kind: 'fault'; readonly reason: string };

const LARGEST_BYTE = 255;

/** Text, or the bytes of what is no text; a list of them where the entry has the field more than once. */
const value = z.union([z.string(), z.array(z.int().min(0).max(LARGEST_BYTE)), z.null()]);
const field = z.union([value, z.array(value)]);
const entry = z.record(z.string(), field);

type Entry = z.infer<typeof entry>;

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
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(line, 'latin1').toString('utf8'));
  } catch {
    return { kind: 'fault', reason: 'no JSON, or a part of it' };
  }
  const parsed = entry.safeParse(json);
  if (!parsed.success) return { kind: 'fault', reason: 'no entry of a journal' };
  return open(parsed.data);
}

function open(data: Entry): JournalLine {
  const transport = textOf(data['_TRANSPORT']);
  const identifier = textOf(data['SYSLOG_IDENTIFIER']) ?? textOf(data['_COMM']) ?? transport ?? 'a program';
  const text = messageOf(data['MESSAGE']);
  const tag = toByteText(identifier);
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

/** The message, or its first part where there are more; `undefined` where it was left out. */
function messageOf(message: Entry[string] | undefined): ByteText | undefined {
  if (message === undefined) return '';
  if (message === null) return undefined;
  if (typeof message === 'string') return toByteText(message);
  const bytes = message.filter((one) => typeof one === 'number');
  if (bytes.length === message.length) return Buffer.from(bytes).toString('latin1');
  return messageOf(message.find((one) => typeof one !== 'number') ?? null);
}

function textOf(data: Entry[string] | undefined): string | undefined {
  return typeof data === 'string' ? data : undefined;
}

function digits(data: Entry[string] | undefined): number | undefined {
  const text = textOf(data);
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

function microseconds(data: Entry[string] | undefined): number | undefined {
  const text = textOf(data);
  return text !== undefined && /^\d{1,19}$/.test(text) ? Math.floor(Number(text) / MICROSECONDS_PER_MS) : undefined;
}
