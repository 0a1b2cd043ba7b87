import type { ByteText } from '../../core/byte-text.ts';
import { EventBuilder, type Stamp } from './build-event.ts';
import { type Envelope, openEnvelope } from './envelope.ts';
import type { AccessEvent } from './event.ts';
import { withStamp } from './event-templates.ts';
import { Interning } from './interning.ts';
import { readJournalLine } from './journal-line.ts';
import { readRingRecord } from './kmsg.ts';
import { type Known, KnownRecords, type Said } from './known-records.ts';
import { type LineBytes, type LineSink, LineSplitter, MAX_LINE_BYTES, textOf } from './line-splitter.ts';
import { mayBeLoss, readLoss } from './losses.ts';
import { type RecordHead, RecordHeads } from './record-heads.ts';
import { mayBeRecord, readAccess, readRecord, type WholeReading } from './read-record.ts';
import { type LogSummary, type LostRecord, MAX_LISTED, type StatusRecord, type UnreadableLine } from './records.ts';
import { SeenRecords, type SeenStamp } from './seen-records.ts';

/** What tells records apart that say the same: when each was written, its number, and its process. */
export interface FullStamp extends Required<Stamp> {
  readonly pid: number | undefined;
}

/** What takes the records, one by one as they are read. */
export interface LogSink {
  /** With the number under which its text is known from now on; numbers are small, and come again when too many texts were known. */
  readonly event: (event: AccessEvent, number?: number) => void;
  /**
   * What an event said that was read before, of the text with this number, is said again, at a time that is good until the next one
   * comes: most of a log is. Who does not take this is given an event of its own.
   */
  readonly again?: ((first: AccessEvent, stamp: FullStamp, number: number) => void) | undefined;
  readonly status?: (status: StatusRecord) => void;
}

/**
 * Reads logs of any form that AppArmor's records come in, piece by piece: auditd's files, syslog, `journalctl -o json`, dmesg,
 * /dev/kmsg. What it keeps is bounded whatever the log is like: one line, the names that repeat, the last 150,000 records to know
 * those again that come twice, and lists of {@link MAX_LISTED}.
 */
export class AccessLogReader {
  readonly #sink: LogSink;
  readonly #builder = new EventBuilder(new Interning());
  readonly #known = new KnownRecords();
  readonly #seen = new SeenRecords();
  readonly #counts = {
    lines: 0,
    events: 0,
    statuses: 0,
    duplicates: 0,
    forgeable: 0,
    lostLines: 0,
    unreadableLines: 0,
    impostorLines: 0,
  };
  readonly #lost: LostRecord[] = [];
  readonly #unreadable: UnreadableLine[] = [];
  readonly #impostors: UnreadableLine[] = [];
  readonly #heads = new RecordHeads();
  readonly #lines: LineSink = {
    line: (line, hasEnd) => this.#take(line, hasEnd),
    tooLong: () => this.#takeTooLong(),
  };
  /** One object for all records that come again. */
  readonly #stamp: { -readonly [Key in keyof FullStamp]: FullStamp[Key] } = { timeMs: 0, serial: 0, pid: undefined };
  #splitter = new LineSplitter(this.#lines);
  #source = '';
  #isForgeable = false;
  #line = 0;
  /** Number of the last record of the ring, where it is one. */
  #sequence: number | undefined;
  #open: { readonly envelope: Envelope; readonly event: AccessEvent } | undefined;

  constructor(sink: LogSink) {
    this.#sink = sink;
  }

  /**
   * What comes from now on is of another file or program, named as reports shall name it. Whether users could have written a line is
   * told from its form, unless it is known of the whole source.
   */
  start(source: string, { isForgeable = false }: { readonly isForgeable?: boolean } = {}): void {
    this.#endSource();
    this.#isForgeable = isForgeable;
    this.#source = source;
    this.#line = 0;
  }

  push(bytes: Uint8Array): void {
    this.#splitter.push(bytes);
  }

  finish(): LogSummary {
    this.#endSource();
    return {
      ...this.#counts,
      lost: this.#lost,
      unreadable: this.#unreadable,
      impostors: this.#impostors,
    };
  }

  #endSource(): void {
    this.#splitter.end();
    this.#closeOpen();
    this.#splitter = new LineSplitter(this.#lines);
    this.#sequence = undefined;
  }

  #take(line: LineBytes, hasEnd: boolean): void {
    this.#line += 1;
    this.#counts.lines += 1;
    const head = hasEnd && this.#open === undefined ? this.#heads.read(line) : undefined;
    if (head === undefined) {
      this.#takeText(textOf(line), hasEnd);
      return;
    }
    const known = this.#known.find(line, head);
    if (known === undefined) this.#takeFirst(line, head);
    else this.#giveAgain(known, head);
  }

  #takeTooLong(): void {
    this.#line += 1;
    this.#counts.lines += 1;
    this.#closeOpen();
    this.#noteUnreadable(`longer than ${MAX_LINE_BYTES} bytes`);
  }

  #takeFirst(line: LineBytes, head: RecordHead): void {
    const { timeMs, serial } = head;
    const reading = readAccess({ ...line, from: head.bodyAt }, { timeMs, serial }, this.#builder);
    if (reading.kind === 'event') this.#give(reading, head, this.#known.learn(reading));
    else this.#takeReading(reading, head);
  }

  #takeText(text: ByteText, hasEnd: boolean): void {
    if (this.#open !== undefined && this.#continueOpen(text)) return;
    const first = text.charCodeAt(0);
    if (first === BRACE) {
      this.#takeJournal(text);
      return;
    }
    const isRing = first >= DIGIT_0 && first <= DIGIT_9 && this.#takeRing(text);
    if (isRing || !(mayBeRecord(text) || mayBeLoss(text))) return;
    const envelope = openEnvelope(text.endsWith('\r') ? text.slice(0, -1) : text);
    if (envelope === undefined) {
      if (text.includes('apparmor="'))
        this.#noteUnreadable('it begins like no log that is known: cut off, or part of something else');
      return;
    }
    if (!hasEnd && !/["' ]$/.test(text) && envelope.writer === 'kernel' && mayBeRecord(text)) {
      this.#noteUnreadable('the log ends in the midst of it');
      return;
    }
    this.#takeEnvelope(envelope);
  }

  #takeJournal(text: ByteText): void {
    // An array of numbers shows no words.
    if (!(mayBeRecord(text) || mayBeLoss(text) || HIDDEN_MESSAGE.test(text))) return;
    const line = readJournalLine(text);
    if (line.kind === 'entry') this.#takeEnvelope(line.envelope);
    else if (line.kind === 'fault') this.#noteUnreadable(line.reason);
    else if (mayBeRecord(text)) this.#noteUnreadable(`journalctl left out the message of ${line.tag}: it needs --all`);
  }

  /** Whether the line is one of /dev/kmsg. */
  #takeRing(text: ByteText): boolean {
    const record = readRingRecord(text);
    if (record === undefined) return false;
    const expected = this.#sequence === undefined ? record.sequence : this.#sequence + 1;
    this.#sequence = record.sequence;
    if (record.sequence > expected) {
      this.#noteLost({
        cause: 'ring-overrun',
        count: record.sequence - expected,
        text: text.slice(0, RING_HEAD_CHARACTERS),
      });
    }
    this.#takeEnvelope(record.envelope);
    return true;
  }

  #takeEnvelope(envelope: Envelope): void {
    const loss = mayBeRecord(envelope.text) ? undefined : readLoss(envelope);
    if (loss !== undefined) {
      this.#noteLost({ ...loss, text: envelope.text.slice(envelope.at, envelope.at + LOSS_CHARACTERS) });
      return;
    }
    this.#takeRecord(envelope);
  }

  #takeRecord(envelope: Envelope): void {
    const reading = readRecord(envelope, this.#builder);
    if (reading.kind === 'open') this.#open = { envelope, event: reading.event };
    else this.#takeReading(reading, envelope);
  }

  #takeReading(reading: WholeReading, envelope: Pick<Envelope, 'isForgeable'>): void {
    switch (reading.kind) {
      case 'event':
        this.#give(reading, envelope);
        break;
      case 'status':
        this.#counts.statuses += 1;
        this.#sink.status?.(reading.status);
        break;
      case 'unreadable':
        this.#noteUnreadable(reading.reason);
        break;
      case 'impostor':
        this.#counts.impostorLines += 1;
        if (this.#impostors.length < MAX_LISTED) this.#impostors.push({ ...this.#place(), reason: reading.reason });
        break;
      case 'other':
        break;
    }
  }

  #give(said: Said, envelope: Pick<Envelope, 'isForgeable'>, number?: number): void {
    if (this.#isNew(said, said.event, envelope)) this.#sink.event(said.event, number);
  }

  #giveAgain({ said, number, pid }: Known, head: RecordHead): void {
    const stamp = this.#stamp;
    stamp.timeMs = head.timeMs;
    stamp.serial = head.serial;
    stamp.pid = pid;
    if (!this.#isNew(said, stamp, head)) return;
    if (this.#sink.again === undefined) this.#sink.event(withStamp(said.event, stamp));
    else this.#sink.again(said.event, stamp, number);
  }

  /** Whether no other source has the record as well; it is counted. */
  #isNew(said: Said, stamp: SeenStamp, { isForgeable }: Pick<Envelope, 'isForgeable'>): boolean {
    const isNew = !this.#seen.add(said, stamp);
    if (isNew) this.#counts.events += 1;
    else this.#counts.duplicates += 1;
    if (isNew && (isForgeable || this.#isForgeable)) this.#counts.forgeable += 1;
    return isNew;
  }

  /** Whether the line is the rest of the message before it: libaudit puts a line end and spaces before `exe=`. */
  #continueOpen(text: ByteText): boolean {
    const open = this.#open;
    if (open === undefined || !/^[ \t]+exe="/.test(text)) {
      this.#closeOpen();
      return false;
    }
    this.#open = undefined;
    this.#takeRecord({ ...open.envelope, text: `${open.envelope.text}\n${text}` });
    return true;
  }

  #closeOpen(): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    this.#give({ event: open.event, template: open.event }, open.envelope);
  }

  #noteLost(loss: Omit<LostRecord, 'source' | 'line'>): void {
    this.#counts.lostLines += 1;
    if (this.#lost.length < MAX_LISTED) this.#lost.push({ ...loss, ...this.#place() });
  }

  #noteUnreadable(reason: string): void {
    this.#counts.unreadableLines += 1;
    if (this.#unreadable.length < MAX_LISTED) this.#unreadable.push({ ...this.#place(), reason });
  }

  #place(): { readonly source: string; readonly line: number } {
    return { source: this.#source, line: this.#line };
  }
}

const BRACE = 0x7b;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const HIDDEN_MESSAGE = /"MESSAGE" ?: ?\[/;
const RING_HEAD_CHARACTERS = 40;
const LOSS_CHARACTERS = 200;
