import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setImmediate } from 'node:timers';
import { HostError } from '../error.ts';
import type { Answer } from './answers.ts';
import { type Asked, Batch } from './batch.ts';
import { type Frame, FrameReader } from './frames.ts';
import { elevation, greeting } from './greeting.ts';
import { encodeBatch, type Question } from './questions.ts';

export interface SessionOptions {
  /** A program that runs a POSIX shell on the machine and connects its standard streams with it. */
  readonly argv: readonly [string, ...string[]];
  /** From the start of the program to the first word of the shell. */
  readonly connectTimeoutMs: number;
  /** For everything that is asked at once; programs that are run have their own limits on top. */
  readonly answerTimeoutMs: number;
  /** Says what it means that the program ended before it was told to. */
  readonly explainEnd: (end: SessionEnd) => HostError | Promise<HostError>;
  /** Another user to become first, with a password; without one, words in `argv` do. */
  readonly elevation?: Elevation;
}

export interface Elevation {
  /** Asks for a password on standard error with this prompt, reads it from standard input, and runs the words that follow. */
  readonly argv: (prompt: string) => readonly [string, ...string[]];
  readonly password: () => Promise<string>;
}

export interface SessionEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** The last of what was said beside the answers. */
  readonly stderr: string;
  /** The first of what came instead of a greeting: a login shell's own words. */
  readonly noise: string;
  readonly wasGreeted: boolean;
}

const MARK_BYTES = 16;
/** A login banner may be long; one that has no end is none. */
const NOISE_LIMIT_BYTES = 16 * 1024 * 1024;
const KEPT_NOISE_CHARACTERS = 2000;
const FRAME_LIMIT_BYTES = 64 * 1024 * 1024;
const BATCH_LIMIT_BYTES = 256 * 1024 * 1024;
const BATCH_LIMIT_QUESTIONS = 4000;
/** A program whose standard input is closed ends at once, if it ends by itself. */
const CLOSE_TIMEOUT_MS = 2000;
/** How long the last words of a program that has ended may still be on their way. */
const LAST_WORDS_MS = 500;
const MS_PER_SECOND = 1000;

/**
 * One shell at the end of any program, for as long as it is needed. Questions of one tick travel together as one batch,
 * and the next batch waits for all answers of the one before: so the number of round trips is the length of the longest
 * chain of awaits.
 */
export class ShellSession {
  readonly #options: SessionOptions;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #mark = randomBytes(MARK_BYTES).toString('hex');
  readonly #prompt = `freehold-${randomBytes(MARK_BYTES).toString('hex')}:`;
  readonly #stdout: FrameReader;
  readonly #stderr: FrameReader;
  readonly #isGone: Promise<void>;
  /** `checking`: our own words come now, but it isn't known yet whether all that is needed is there. */
  #state: 'elevating' | 'greeting' | 'checking' | 'greeted' = 'greeting';
  #timer: NodeJS.Timeout;
  #failure: HostError | undefined;
  #architecture = '';
  #noise = '';
  #noiseBytes = 0;
  #complaints = '';
  #isPasswordSent = false;
  #queue: Asked[] = [];
  #batch: Batch | undefined;
  #batchBytes = 0;
  #isFlushPlanned = false;
  #lastNumber = 0;
  #roundTrips = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#stdout = new FrameReader(this.#mark, FRAME_LIMIT_BYTES);
    this.#stderr = new FrameReader(this.#mark, FRAME_LIMIT_BYTES);
    // Ctrl-C is for Freehold, which ends its work in good order; the connection must live until then. A signal that is
    // ignored stays so across exec (signal(7)).
    this.#child = spawn('/bin/sh', ['-c', `trap '' INT; exec "$@"`, 'sh', ...options.argv], { stdio: 'pipe' });
    this.#timer = this.#limit(options.connectTimeoutMs);
    this.#isGone = this.#listen();
    if (options.elevation === undefined) {
      this.#send(greeting(this.#mark));
    } else {
      this.#state = 'elevating';
      this.#send(elevation(this.#mark, options.elevation.argv(this.#prompt)));
    }
  }

  /** `uname -m`, once anything has been answered. */
  get architecture(): string {
    return this.#architecture;
  }

  /** How many times something was sent and waited for, from the start of the connection. */
  get roundTrips(): number {
    return this.#roundTrips;
  }

  /** Asks with the next batch. Rejects with a {@link HostError} when the machine can't be reached any more. */
  ask(question: Question): Promise<Answer> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#lastNumber += 1;
      this.#queue.push({ number: this.#lastNumber, question, resolve, reject });
      this.#planFlush();
    });
  }

  /** Ends the shell; what is still being asked is not answered any more. */
  async close(): Promise<void> {
    this.#fail(new HostError('unreachable', 'the connection was closed'));
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), CLOSE_TIMEOUT_MS);
    await this.#isGone;
    clearTimeout(timer);
  }

  #listen(): Promise<void> {
    const { stdout, stderr, stdin } = this.#child;
    stdout.on('data', (chunk: Buffer) => {
      this.#guard(() => {
        this.#onStdout(chunk);
      });
    });
    stderr.on('data', (chunk: Buffer) => {
      this.#guard(() => {
        this.#onStderr(chunk);
      });
    });
    // What a broken pipe means is told by the end of the program.
    stdin.on('error', () => undefined);
    return new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.#fail(new HostError('unreachable', error.message, { cause: error }));
        resolve();
      });
      // Its streams may be held open by a program that it has left behind (a ProxyCommand of ssh), for ever.
      this.#child.on('exit', (code, signal) => {
        const onEnd = (): void => {
          clearTimeout(timer);
          this.#onEnd(code, signal).catch((error: unknown) => {
            this.#fail(new HostError('unreachable', String(error), { cause: error }));
          });
        };
        const timer = setTimeout(onEnd, LAST_WORDS_MS);
        this.#child.once('close', onEnd);
        resolve();
      });
    });
  }

  #planFlush(): void {
    if (this.#isFlushPlanned || this.#batch !== undefined || this.#state === 'elevating') return;
    this.#isFlushPlanned = true;
    // After all that this tick still wants to ask, however many promises that takes.
    setImmediate(() => {
      this.#isFlushPlanned = false;
      if (this.#failure === undefined && this.#batch === undefined) this.#flush();
    });
  }

  #flush(): void {
    const asked = this.#queue.splice(0, BATCH_LIMIT_QUESTIONS);
    if (asked.length === 0) return;
    this.#lastNumber += 1;
    this.#batch = new Batch(asked, this.#lastNumber);
    this.#batchBytes = 0;
    this.#roundTrips += 1;
    if (this.#state === 'greeted') {
      clearTimeout(this.#timer);
      this.#timer = this.#limit(this.#answerLimitMs(asked));
    }
    this.#send(encodeBatch(asked, this.#batch.endNumber));
  }

  #answerLimitMs(asked: readonly Asked[]): number {
    const runsMs = asked.map(({ question }) => (question.kind === 'run' ? question.timeoutMs : 0));
    return runsMs.reduce((sum, ms) => sum + ms, this.#options.answerTimeoutMs);
  }

  #limit(limitMs: number): NodeJS.Timeout {
    return setTimeout(() => {
      const unanswered = this.#state === 'greeted' ? this.#batch?.firstUnanswered() : undefined;
      const what = unanswered === undefined ? '' : `; it was asked to ${describe(unanswered)}`;
      this.#fail(new HostError('unreachable', `no answer within ${String(limitMs / MS_PER_SECOND)} s${what}`));
    }, limitMs);
  }

  #onStdout(chunk: Buffer): void {
    this.#batchBytes += chunk.length;
    for (const frame of this.#stdout.push(chunk)) this.#onFrame(frame);
    if (this.#state === 'elevating' || this.#state === 'greeting') this.#onNoise(this.#stdout.takePending());
    else if (this.#batch?.isWatched === true) this.#batch.stream(this.#stdout.takePending());
    if (this.#batchBytes > BATCH_LIMIT_BYTES) {
      throw new HostError('hostile', `more than ${String(BATCH_LIMIT_BYTES)} bytes came for one batch of questions`);
    }
  }

  #onFrame(frame: Frame): void {
    if (this.#state !== 'greeted') {
      this.#onGreeting(frame);
    } else if (this.#batch === undefined) {
      throw new HostError('hostile', 'an answer came that nobody asked for');
    } else {
      this.#batch.add(frame);
      this.#finish();
    }
  }

  #onStderr(chunk: Buffer): void {
    for (const frame of this.#stderr.push(chunk)) {
      if (frame.word === 'begin') this.#complain(frame.bytes);
      else this.#batch?.addStderr(frame);
    }
    if (this.#state !== 'greeted') this.#complain(this.#stderr.takePending());
    if (this.#state === 'elevating') this.#answerPrompt();
    else this.#finish();
  }

  #onGreeting({ word, bytes }: Frame): void {
    if (word === 'elevated' && this.#state === 'elevating') {
      this.#onNoise(bytes);
      this.#roundTrips += 1;
      this.#state = 'greeting';
      this.#send(greeting(this.#mark));
      this.#planFlush();
    } else if (word === 'hello' && this.#state === 'greeting') {
      this.#onNoise(bytes);
      this.#state = 'checking';
    } else if (word === 'ready' && this.#state === 'checking') {
      this.#onReady(bytes.toString('utf8'));
    } else {
      throw new HostError('hostile', `the greeting was answered with ${word}`);
    }
  }

  #onReady(lines: string): void {
    const [missing = '', architecture = ''] = lines.split('\n').map((line) => line.trim());
    if (missing !== '') {
      const message = `these programs are missing there: ${missing}`;
      throw new HostError('requirement', message, { hint: REQUIREMENT_HINT });
    }
    this.#architecture = architecture;
    this.#state = 'greeted';
    clearTimeout(this.#timer);
    if (this.#batch !== undefined) this.#timer = this.#limit(this.#options.answerTimeoutMs);
  }

  #onNoise(bytes: Buffer): void {
    this.#noiseBytes += bytes.length;
    const room = KEPT_NOISE_CHARACTERS - this.#noise.length;
    if (room > 0) this.#noise += bytes.toString('utf8').slice(0, room);
    if (this.#noiseBytes > NOISE_LIMIT_BYTES) {
      throw new HostError('hostile', `more than ${String(NOISE_LIMIT_BYTES)} bytes came, and no shell among them`);
    }
  }

  #complain(bytes: Buffer): void {
    this.#complaints = (this.#complaints + bytes.toString('utf8')).slice(-KEPT_NOISE_CHARACTERS);
  }

  #answerPrompt(): void {
    if (!this.#complaints.includes(this.#prompt)) return;
    this.#complaints = this.#complaints.replace(this.#prompt, '');
    if (this.#isPasswordSent) throw new HostError('refused', 'the password was not accepted');
    this.#isPasswordSent = true;
    this.#sendPassword().catch((error: unknown) => {
      this.#fail(new HostError('refused', 'there is no password', { cause: error }));
    });
  }

  async #sendPassword(): Promise<void> {
    const password = await this.#options.elevation?.password();
    this.#send(`${password ?? ''}\n`);
  }

  #finish(): void {
    const batch = this.#batch;
    if (batch?.isComplete !== true) return;
    clearTimeout(this.#timer);
    this.#batch = undefined;
    batch.settle();
    if (this.#queue.length > 0) this.#planFlush();
  }

  #send(script: string): void {
    this.#child.stdin.write(script);
  }

  /** An exception in a stream's listener would end the whole process. */
  #guard(work: () => void): void {
    if (this.#failure !== undefined) return;
    try {
      work();
    } catch (error) {
      this.#fail(error instanceof HostError ? error : new HostError('hostile', String(error), { cause: error }));
    }
  }

  async #onEnd(code: number | null, signal: string | null): Promise<void> {
    if (this.#failure !== undefined) return;
    clearTimeout(this.#timer);
    this.#complain(this.#stderr.pending);
    const wasGreeted = this.#state === 'greeted';
    if (!wasGreeted) this.#noise += this.#stdout.pending.toString('utf8', 0, KEPT_NOISE_CHARACTERS);
    const { explainEnd } = this.#options;
    this.#fail(await explainEnd({ code, signal, stderr: this.#complaints, noise: this.#noise, wasGreeted }));
  }

  #fail(error: HostError): void {
    if (this.#failure !== undefined) return;
    this.#failure = error;
    clearTimeout(this.#timer);
    this.#batch?.reject(error);
    for (const { reject } of this.#queue) reject(error);
    this.#batch = undefined;
    this.#queue = [];
    // The end of its input ends the shell; what it still wants to say is not wanted any more.
    this.#child.stdin.end();
    this.#child.stdout.destroy();
    this.#child.stderr.destroy();
    this.#child.kill('SIGTERM');
  }
}

const REQUIREMENT_HINT =
  'A machine needs a POSIX shell at /bin/sh and the programs head, ls, readlink, stat, timeout and uname (GNU coreutils and busybox both have them).';

function describe(question: Question): string {
  return question.kind === 'run' ? `run ${question.argv.join(' ')}` : `${question.kind} ${question.path}`;
}
