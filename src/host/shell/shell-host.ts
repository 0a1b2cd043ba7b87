import {
  DEFAULT_OUTPUT_LIMIT_BYTES,
  DEFAULT_READ_LIMIT_BYTES,
  type DigestAlgorithm,
  type DigestResult,
  type FindQuestion,
  type FindResult,
  type Host,
  type ListResult,
  type ReadOptions,
  type ReadResult,
  type RunOptions,
  type RunResult,
  type StatResult,
  type Unreadable,
} from '../host.ts';
import { digestByProgram } from '../digest/by-program.ts';
import { findByProgram } from '../find/by-program.ts';
import { isToBeAskedAgain, toList, toRead, toRun, toStat } from './answers.ts';
import { observeFacts } from './observe-facts.ts';
import { type SessionOptions, ShellSession } from './session.ts';

/** A host that can tell what reaching it costs. */
export interface ShellHost extends Host {
  /** How many times something was sent and waited for, from the start of the connection. */
  readonly roundTrips: number;
}

/** Any machine at whose end of a program a POSIX shell runs. Throws a `HostError` when there is none. */
export async function openShellHost(address: string, options: SessionOptions): Promise<ShellHost> {
  const shell = new Shell(options);
  try {
    const facts = await observeFacts(shell, address);
    return Object.assign(shell, { facts });
  } catch (error) {
    await shell.close();
    throw error;
  }
}

class Shell implements Omit<Host, 'facts'> {
  readonly #session: ShellSession;

  constructor(options: SessionOptions) {
    this.#session = new ShellSession(options);
  }

  get roundTrips(): number {
    return this.#session.roundTrips;
  }

  get architecture(): string {
    return this.#session.architecture;
  }

  async read(path: string, options?: ReadOptions): Promise<ReadResult> {
    if (isImpossible(path)) return impossible(path);
    const limitBytes = options?.limitBytes ?? DEFAULT_READ_LIMIT_BYTES;
    const question = { kind: 'read', path, limitBytes, isAlone: false } as const;
    const answer = await this.#session.ask(question);
    if (!isToBeAskedAgain(answer)) return toRead(answer, question);
    return toRead(await this.#session.ask({ ...question, isAlone: true }), question);
  }

  async list(path: string): Promise<ListResult> {
    if (isImpossible(path)) return impossible(path);
    return toList(await this.#session.ask({ kind: 'list', path }), path);
  }

  async stat(path: string): Promise<StatResult> {
    if (isImpossible(path)) return impossible(path);
    return toStat(await this.#session.ask({ kind: 'stat', path }), path);
  }

  find(question: FindQuestion): Promise<FindResult> {
    return findByProgram(this.run.bind(this), question);
  }

  digest(paths: readonly string[], algorithm: DigestAlgorithm): Promise<readonly DigestResult[]> {
    return digestByProgram(this.run.bind(this), paths, algorithm);
  }

  async run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult> {
    const question = {
      kind: 'run',
      argv,
      stdin: options.stdin,
      timeoutMs: options.timeoutMs,
      limitBytes: options.limitBytes ?? DEFAULT_OUTPUT_LIMIT_BYTES,
      onStdout: options.onStdout,
    } as const;
    return toRun(await this.#session.ask(question), question);
  }

  close(): Promise<void> {
    return this.#session.close();
  }
}

/** No file can have such a name, and no word of a shell can hold it. */
function isImpossible(path: string): boolean {
  return path.includes('\0') || path === '';
}

function impossible(path: string): Unreadable {
  return { kind: 'unreadable', cause: 'io', message: `${JSON.stringify(path)} is no path` };
}
