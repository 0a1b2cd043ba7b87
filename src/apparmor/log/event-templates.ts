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
const QUOTE = 0x22;
const SPACE = 0x20;

/** A record around its name: what stands before and behind. */
export interface Surroundings {
  readonly before: ByteText;
  readonly name: ByteText;
  readonly isQuoted: boolean;
  /** Whether the name is a string by itself, and no part of a line that it would hold in memory. */
  readonly isOwn: boolean;
  readonly behind: ByteText;
}

/** Where a record's fields begin in its text, and of which bytes the text was made, if they are at hand. */
export interface BodyPlace {
  readonly bodyAt: number;
  readonly bytes?: LineBytes;
}

/**
 * Most records of a program differ in nothing but the name, the time and the number. What stands before the name decides by itself
 * where the name begins, and what is behind says the same whatever the name is; so a record is read once for all that are alike.
 */
export class EventTemplates {
  readonly #interning: Interning;
  readonly #byText = new Map<ByteText, Map<ByteText, AccessEvent>>();
  #size = 0;

  constructor(interning: Interning) {
    this.#interning = interning;
  }

  /** An event that differs from what stands there in nothing but the name, the time and the number. */
  find({ before, behind }: Surroundings): AccessEvent | undefined {
    return this.#byText.get(before)?.get(behind);
  }

  /** The event of a template with its own name; `undefined` where that is none. */
  fill(template: AccessEvent, { name: value, isQuoted, isOwn }: Surroundings, stamp: Stamped): AccessEvent | undefined {
    const name = decodeUntrusted({ key: 'name', value, isQuoted });
    if (name === undefined) return undefined;
    // To look for one that is the same takes longer than it saves: whole records are known when they come again.
    return withName(template, isOwn ? name : this.#interning.one(name), stamp);
  }

  /** Remembers an event that was read from such a record. */
  learn({ before, behind }: Surroundings, event: AccessEvent): void {
    if (this.#size >= TEMPLATES || before.length + behind.length > LONGEST_CHARACTERS) return;
    // A field that is open there, or names that auditd adds, would make the name a part of something else.
    if (event.name === undefined || 'fault' in readFields(before, 0) || before.includes('\u001d')) return;
    const byBehind = this.#byText.get(before) ?? new Map<ByteText, AccessEvent>();
    byBehind.set(this.#interning.one(behind), event);
    this.#byText.set(this.#interning.one(before), byBehind);
    this.#size += 1;
  }
}

/** Where the name of a record is. */
export function surroundingsOf(text: ByteText, { bodyAt: from, bytes }: BodyPlace): Surroundings | undefined {
  const at = text.indexOf(NAME, from);
  if (at === -1) return undefined;
  const start = at + NAME.length;
  const isQuoted = text.charCodeAt(start) === QUOTE;
  const end = isQuoted ? text.indexOf('"', start + 1) : text.indexOf(' ', start);
  if (end === -1) return undefined;
  const behind = isQuoted ? end + 1 : end;
  if (text.charCodeAt(behind) !== SPACE) return undefined;
  const nameAt = isQuoted ? start + 1 : start;
  return {
    before: text.slice(from, at),
    name: bytes === undefined ? text.slice(nameAt, end) : textOf(partOf(bytes, nameAt, end)),
    isQuoted,
    isOwn: bytes !== undefined,
    behind: text.slice(behind),
  };
}

/** The same event at another time. */
export function withStamp(event: AccessEvent, stamp: Stamped): AccessEvent {
  return event.name === undefined
    ? { ...event, timeMs: stamp.timeMs, serial: stamp.serial }
    : withName(event, event.name, stamp);
}

interface Stamped {
  readonly timeMs: number;
  readonly serial: number;
}

function withName(template: AccessEvent, name: ByteText, { timeMs, serial }: Stamped): AccessEvent {
  const { isOwner, pid, comm } = template;
  const isPlain =
    template.namespace === undefined &&
    template.target === undefined &&
    template.peer === undefined &&
    template.info === undefined &&
    template.errorCode === undefined;
  if (!isPlain || isOwner === undefined || pid === undefined || comm === undefined)
    return { ...template, name, timeMs, serial };
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
