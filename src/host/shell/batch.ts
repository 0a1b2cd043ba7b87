import { HostError } from '../error.ts';
import { type Answer, isOpen } from './answers.ts';
import type { Frame } from './frames.ts';
import type { NumberedQuestion, Question } from './questions.ts';

export interface Asked extends NumberedQuestion {
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** What is asked in one go, and what has come of it; throws `hostile` for what doesn't answer it. */
export class Batch {
  readonly endNumber: number;
  readonly #asked: ReadonlyMap<number, Asked>;
  readonly #frames = new Map<number, Frame[]>();
  readonly #stderr = new Map<number, Frame>();
  readonly #streamed = new Map<number, Buffer[]>();
  readonly #startedAtMs = performance.now();
  #hasEnded = false;

  constructor(asked: readonly Asked[], endNumber: number) {
    this.endNumber = endNumber;
    // In the order in which the script asks: programs last.
    const ordered = asked.toSorted((a, b) => Number(a.question.kind === 'run') - Number(b.question.kind === 'run'));
    this.#asked = new Map(ordered.map((one) => [one.number, one]));
  }

  /** Takes a frame of standard output. */
  add(frame: Frame): void {
    const { number } = frame;
    if (number === 0 && frame.word === 'sync') return;
    if (number === this.endNumber) {
      this.#leaveToAskAgain();
      if (this.firstUnanswered() !== undefined)
        throw new HostError('hostile', 'the answers ended before all of them came');
      this.#hasEnded = true;
      return;
    }
    if (!this.#asked.has(number) || this.#isAnswered(number)) throw unasked(number);
    this.#frames.set(number, [...(this.#frames.get(number) ?? []), frame]);
  }

  /** Files that were read together with others and of which nothing came, for whatever reason. */
  #leaveToAskAgain(): void {
    for (const { number, question } of this.#asked.values()) {
      if (question.kind !== 'read' || question.isAlone || this.#frames.has(number)) continue;
      this.#frames.set(number, [{ number, word: 'again', bytes: Buffer.alloc(0) }]);
    }
  }

  /** Takes a frame of standard error, where each run has one. */
  addStderr(frame: Frame): void {
    const { number } = frame;
    if (this.#asked.get(number)?.question.kind !== 'run' || this.#stderr.has(number)) throw unasked(number);
    this.#stderr.set(number, frame);
  }

  /** Whether somebody wants to see what comes now while it comes. */
  get isWatched(): boolean {
    const question = this.firstUnanswered();
    return question?.kind === 'run' && question.onStdout !== undefined;
  }

  /** Hands on a part of what a watched program prints. */
  stream(bytes: Buffer): void {
    const number = this.#firstUnansweredNumber();
    const question = number === undefined ? undefined : this.#asked.get(number)?.question;
    if (number === undefined || question?.kind !== 'run' || bytes.length === 0) return;
    const parts = [...(this.#streamed.get(number) ?? []), bytes];
    this.#streamed.set(number, parts);
    if (sizeOf(parts) > question.limitBytes) {
      throw new HostError('hostile', `${question.argv[0]} printed more than ${String(question.limitBytes)} bytes`);
    }
    question.onStdout?.(bytes);
  }

  /** Whether all has come, on both streams. */
  get isComplete(): boolean {
    const runs = [...this.#asked.values()].filter(({ question }) => question.kind === 'run');
    return this.#hasEnded && runs.every(({ number }) => this.#stderr.has(number));
  }

  firstUnanswered(): Question | undefined {
    const number = this.#firstUnansweredNumber();
    return number === undefined ? undefined : this.#asked.get(number)?.question;
  }

  settle(): void {
    const elapsedMs = performance.now() - this.#startedAtMs;
    for (const { number, question, resolve } of this.#asked.values()) {
      const frames = (this.#frames.get(number) ?? []).map((frame) => this.#whole(frame, question));
      resolve({ frames, stderr: this.#stderr.get(number), elapsedMs });
    }
  }

  reject(error: Error): void {
    for (const { reject } of this.#asked.values()) reject(error);
  }

  #isAnswered(number: number): boolean {
    const frames = this.#frames.get(number) ?? [];
    const [first] = frames;
    return first !== undefined && (!isOpen(first) || frames.length > 1);
  }

  /** Runs come last and in their order, so the first of them without an answer is the one that is at work. */
  #firstUnansweredNumber(): number | undefined {
    return [...this.#asked.keys()].find((number) => !this.#isAnswered(number));
  }

  #whole(frame: Frame, question: Question): Frame {
    const rest = question.kind === 'run' && question.onStdout !== undefined ? frame.bytes : undefined;
    if (rest === undefined || question.kind !== 'run') return frame;
    question.onStdout?.(rest);
    return { ...frame, bytes: Buffer.concat([...(this.#streamed.get(frame.number) ?? []), rest]) };
  }
}

function sizeOf(parts: readonly Buffer[]): number {
  return parts.reduce((sum, { length }) => sum + length, 0);
}

function unasked(number: number): HostError {
  return new HostError('hostile', `an answer came to a question that wasn't asked (${String(number)})`);
}
