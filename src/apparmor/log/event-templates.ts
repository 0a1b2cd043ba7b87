import type { ByteText } from '../../core/byte-text.ts';
import type { AccessEvent } from './event.ts';
import { decodeUntrusted, readFields } from './fields.ts';
import type { Interning } from './interning.ts';
import { type LineBytes, partOf, textOf } from './line-splitter.ts';

/** So many texts before names, and behind them, are remembered; a process of its own for each access fills it. */
const TEMPLATES = 20_000;
/** What is remembered is as long as the fields that the kernel writes itself. */
const LONGEST_CHARACTERS = 1024;

const NAME = ' name=';
const ANOTHER_PROCESS = /\spid=/;
const PROCESS = / pid=(\d{1,10})/y;
const QUOTE = 0x22;

/** A record around its name and the number of its process, which the kernel writes one behind the other. */
export interface Surroundings {
  readonly before: ByteText;
  readonly name: ByteText;
  readonly isQuoted: boolean;
  /** Whether the name is a string by itself, and no part of a line that it would hold in memory. */
  readonly isOwn: boolean;
  readonly pid: number;
  readonly behind: ByteText;
}

/** Where a record's fields begin in its text, and of which bytes the text was made, if they are at hand. */
export interface BodyPlace {
  readonly bodyAt: number;
  readonly bytes?: LineBytes;
}

/**
 * Most records of a program differ in nothing but the name, the process, the time and the number. What stands before the name decides by
 * itself where the name begins, and what is behind says the same whatever the name is; so a record is read once for all that are alike.
 */
export class EventTemplates {
  readonly #interning: Interning;
  readonly #byText = new Map<ByteText, Map<ByteText, AccessEvent>>();
  #size = 0;

  constructor(interning: Interning) {
    this.#interning = interning;
  }

  /** An event that differs from what stands there in nothing but the name, the process, the time and the number. */
  find({ before, behind }: Surroundings): AccessEvent | undefined {
    return this.#byText.get(before)?.get(behind);
  }

  /** The event of a template with its own name; `undefined` where that is none. */
  fill(template: AccessEvent, around: Surroundings, { timeMs, serial }: Stamped): AccessEvent | undefined {
    const { name: value, isQuoted, isOwn, pid } = around;
    const name = decodeUntrusted({ key: 'name', value, isQuoted });
    if (name === undefined) return undefined;
    // To look for one that is the same takes longer than it saves: whole records are known when they come again.
    return withName(template, isOwn ? name : this.#interning.one(name), { timeMs, serial, pid });
  }

  /** Remembers an event that was read from such a record. */
  learn({ before, behind }: Surroundings, event: AccessEvent): void {
    if (this.#size >= TEMPLATES || before.length + behind.length > LONGEST_CHARACTERS) return;
    // A field that is open there, or names that auditd adds, would make the name a part of something else.
    if (event.name === undefined || 'fault' in readFields(before, 0) || before.includes('\u001d')) return;
    // It is right for this process, and would be wrong for another.
    if (ANOTHER_PROCESS.test(before) || ANOTHER_PROCESS.test(behind)) return;
    const byBehind = this.#byText.get(before) ?? new Map<ByteText, AccessEvent>();
    byBehind.set(this.#interning.one(behind), event);
    this.#byText.set(this.#interning.one(before), byBehind);
    this.#size += 1;
  }
}

/** Where the name of a record is, and its process. */
export function surroundingsOf(text: ByteText, { bodyAt: from, bytes }: BodyPlace): Surroundings | undefined {
  const at = text.indexOf(NAME, from);
  if (at === -1) return undefined;
  const start = at + NAME.length;
  const isQuoted = text.charCodeAt(start) === QUOTE;
  const end = isQuoted ? text.indexOf('"', start + 1) : text.indexOf(' ', start);
  if (end === -1) return undefined;
  PROCESS.lastIndex = isQuoted ? end + 1 : end;
  const [, pid] = PROCESS.exec(text) ?? [];
  if (pid === undefined) return undefined;
  const nameAt = isQuoted ? start + 1 : start;
  return {
    before: text.slice(from, at),
    name: bytes === undefined ? text.slice(nameAt, end) : textOf(partOf(bytes, nameAt, end)),
    isQuoted,
    isOwn: bytes !== undefined,
    pid: Number(pid),
    behind: text.slice(PROCESS.lastIndex),
  };
}

/** The same event at another time, and of another process. */
export function withStamp(event: AccessEvent, { timeMs, serial, pid }: OfProcess): AccessEvent {
  if (event.name !== undefined) return withName(event, event.name, { timeMs, serial, pid });
  return { ...event, timeMs, serial, ...(pid !== undefined && { pid }) };
}

interface Stamped {
  readonly timeMs: number;
  readonly serial: number;
}

interface OfProcess extends Stamped {
  readonly pid: number | undefined;
}

function withName(template: AccessEvent, name: ByteText, { timeMs, serial, pid }: OfProcess): AccessEvent {
  const { isOwner, comm } = template;
  const isPlain =
    template.namespace === undefined &&
    template.target === undefined &&
    template.peer === undefined &&
    template.info === undefined &&
    template.errorCode === undefined;
  if (!isPlain || isOwner === undefined || pid === undefined || comm === undefined)
    return { ...template, name, timeMs, serial, ...(pid !== undefined && { pid }) };
  // Written out: objects of one shape take half the memory, and there may be as many as the log has lines.
  return {
    verdict: template.verdict,
    operation: template.operation,
    class: template.class,
    profile: template.profile,
    name,
    requested: template.requested,
    denied: template.denied,
    isOwner,
    isDisconnected: template.isDisconnected,
    pid,
    comm,
    fields: template.fields,
    timeMs,
    serial,
  };
}
