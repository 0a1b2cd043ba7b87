import type { ByteText } from '../../core/byte-text.ts';
import { recordType } from './audit-header.ts';

/** What a line says of who wrote it. */
export type Writer =
  /** The kernel's audit records or its ring. */
  | 'kernel'
  /** A D-Bus daemon by its own name: what AppArmor is asked about there is decided by it. */
  | 'dbus'
  /** Any other program. */
  | 'program';

/** How a line came here, which says how long a record may be before it is cut. */
export type Transport = 'audit' | 'ring' | 'program';

export interface Envelope {
  readonly writer: Writer;
  readonly transport: Transport;
  /** In plain text logs any local user can write a line with any name (logger(1), option -t). */
  readonly isForgeable: boolean;
  /** What was written, from `at` on in `text`. */
  readonly text: ByteText;
  readonly at: number;
  /** What to call the writer in a report. */
  readonly tag: string;
  /** Of the log itself; records of the kernel bring their own. */
  readonly timeMs?: number;
  /** Where the type of the record doesn't stand in its text but beside it, as in the journal. */
  readonly record?: { readonly type: number; readonly serial?: number; readonly timeMs?: number };
}

/** Facility of what the kernel itself writes; it lets nobody else use it (kernel/printk/printk.c, devkmsg_write). */
const FACILITY_SHIFT = 3;

const MONTH_DATE = /(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6} {1,2}\d{1,2} /y;
const ISO_DATE = /\d{4}-\d\d-\d\d[T ]/y;
const TIME = /\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(Z|[+-]\d\d:?\d\d)? {1,2}/y;
const SYSLOG_HOST = /[A-Za-z0-9._:-]{0,254}[A-Za-z0-9._-] {1,2}/y;
const TAG = /([^\s:[\]"=]{1,128})(?:\[(\d{1,10})\])?: ?/y;
const SOCKLOG_TAG = /kern\.[a-z]{1,7}: ?/y;
const RING_STAMP = /\[ {0,8}\d{1,10}\.\d{6}\](?:\[ {0,8}[CT]\d{1,10}\])? ?/y;
/** dmesg -T. */
const RING_DATE = /\[[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4}\] ?/y;
/** dmesg -x. */
const RING_WORDS = /(kern|user|mail|daemon|auth|syslog|lpr|news|uucp|cron|authpriv|ftp|local\d) *:[a-z]{1,6} *: /y;
const PRIORITY = /<(\d{1,4})>/y;
const NODE = /node=[^\s"]{1,255} /y;
const AUDITD = /(?:type=(?!\d)[A-Z]|msg=audit\()/y;

/** Names under which D-Bus daemons write into the log themselves, where no audit is. */
const DBUS_TAGS: ReadonlySet<string> = new Set(['dbus', 'dbus-daemon', 'dbus-broker', 'dbus-broker-launch']);
/** Plug-ins of auditd that pass its records on to syslog. */
const AUDITD_TAGS: ReadonlySet<string> = new Set(['audispd', 'audisp-syslog']);

/** Takes off what a text log puts before a message; `undefined` where the line begins like none that is known. */
export function openEnvelope(text: ByteText): Envelope | undefined {
  const node = skip(NODE, text, 0);
  if (matches(AUDITD, text, node)) return audited(text, node, false);
  const priority = matched(PRIORITY, text, 0);
  const start = priority === undefined ? 0 : priority.end;
  const facility = priority === undefined ? 0 : Number(priority.groups[1]) >> FACILITY_SHIFT;
  const words = matched(RING_WORDS, text, start);
  const from = words?.end ?? start;
  const stamp = Math.max(skip(RING_STAMP, text, from), skip(RING_DATE, text, from));
  if (stamp > from || words !== undefined || (priority !== undefined && isRingText(text, start))) {
    const isKernel = facility === 0 && (words === undefined || words.groups[1] === 'kern');
    return { ...fromRing(text, stamp), ...(!isKernel && { writer: 'program', tag: 'a program' }) };
  }
  return openSyslog(text, start);
}

/** A line of the kernel's ring with a priority and, as dmesg can leave it out, without a stamp. */
function isRingText(text: ByteText, at: number): boolean {
  return text.startsWith('audit: ', at) || text.startsWith('type=', at) || text.startsWith('audit(', at);
}

function openSyslog(text: ByteText, from: number): Envelope | undefined {
  const month = skip(MONTH_DATE, text, from);
  const date = month > from ? month : skip(ISO_DATE, text, from);
  if (date === from) return undefined;
  const time = matched(TIME, text, date);
  if (time === undefined) return undefined;
  const timeMs = time.groups[1] === undefined || month > from ? undefined : Date.parse(isoOf(text, from, time.end));
  const stamped = timeMs === undefined || Number.isNaN(timeMs) ? {} : { timeMs };
  const socklog = skip(SOCKLOG_TAG, text, time.end);
  if (socklog > time.end) return { ...fromRing(text, skip(RING_STAMP, text, socklog)), isForgeable: true, ...stamped };
  const tag = matched(TAG, text, skip(SYSLOG_HOST, text, time.end));
  if (tag === undefined) return undefined;
  return { ...bySyslogTag(text, tag), ...stamped };
}

function isoOf(text: ByteText, from: number, to: number): string {
  return text.slice(from, to).trim().replace(' ', 'T').replace(',', '.');
}

function bySyslogTag(text: ByteText, tag: Matched): Envelope {
  const [, name = '', pid] = tag.groups;
  if (name === 'kernel' && pid === undefined) {
    return { ...fromRing(text, skip(RING_STAMP, text, tag.end)), isForgeable: true };
  }
  if (AUDITD_TAGS.has(name)) return audited(text, skip(NODE, text, tag.end), true);
  const named = { transport: 'program', isForgeable: true, text, at: tag.end, tag: name } as const;
  // The journal's short form of what came from the kernel's audit: `audit[123]: AVC apparmor="DENIED" …`, where 123 is the process.
  if (name === 'audit' && pid !== undefined) return openNamedRecord({ ...named, writer: 'kernel', transport: 'audit' });
  return { ...named, writer: DBUS_TAGS.has(name) ? 'dbus' : 'program' };
}

const RECORD_NAME = /(AVC|USER_AVC|APPARMOR_[A-Z]{1,8}) /y;

/** The journal writes the record's type before its text and keeps number and time elsewhere (journald-audit.c). */
function openNamedRecord(envelope: Envelope): Envelope {
  const name = matched(RECORD_NAME, envelope.text, envelope.at);
  if (name === undefined) return envelope;
  return { ...envelope, at: name.end, record: { type: recordType(name.groups[1] ?? '') } };
}

function fromRing(text: ByteText, at: number): Envelope {
  return { writer: 'kernel', transport: 'ring', isForgeable: false, text, at, tag: 'kernel' };
}

function audited(text: ByteText, at: number, isForgeable: boolean): Envelope {
  return { writer: 'kernel', transport: 'audit', isForgeable, text, at, tag: 'auditd' };
}

interface Matched {
  readonly groups: readonly (string | undefined)[];
  readonly end: number;
}

function matched(pattern: RegExp, text: ByteText, at: number): Matched | undefined {
  pattern.lastIndex = at;
  const match = pattern.exec(text);
  return match === null ? undefined : { groups: match, end: pattern.lastIndex };
}

function matches(pattern: RegExp, text: ByteText, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function skip(pattern: RegExp, text: ByteText, at: number): number {
  return matches(pattern, text, at) ? pattern.lastIndex : at;
}
