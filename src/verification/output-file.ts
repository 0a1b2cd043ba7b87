import { randomBytes } from 'node:crypto';
import { closeSync, fchmodSync, fstatSync, fsyncSync, openSync, rmSync, write } from 'node:fs';
import { lstat, open, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { FreeholdError } from '../core/error.ts';
import type { ByteSink } from './digests.ts';

const OWNER_ONLY = 0o600;
const PERMISSIONS = 0o777;
const NEW_FILE = 0o666;
const NAME_BYTES = 6;
/** What ends a process at its terminal or by a service manager; SIGKILL can't be heard. */
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A process that a signal ends says so: 128 and its number (bash(1), EXIT STATUS). */
const SIGNAL_BASE = 128;
const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 } as const;

const writeAt = promisify(write);

/** A copy that has its name only when it is whole, on the disk, and verified; until then it lies beside it under another. */
export class OutputFile implements ByteSink {
  readonly #path: string;
  readonly #temporary: string;
  readonly #file: number;
  readonly #allowedMode: number;
  readonly #onSignal: (signal: (typeof SIGNALS)[number]) => void;
  #sizeBytes = 0;

  private constructor(path: string) {
    this.#path = path;
    const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(NAME_BYTES).toString('hex')}.unverified`);
    this.#temporary = temporary;
    this.#onSignal = (signal) => {
      rmSync(temporary, { force: true });
      process.exit(SIGNAL_BASE + SIGNAL_NUMBERS[signal]);
    };
    // Before there is a file: until somebody listens, a signal ends the process at once, and nobody would remove it.
    for (const signal of SIGNALS) process.on(signal, this.#onSignal);
    this.#file = this.#open();
    // What the kernel left of them is what this user's new files may have (umask(2)).
    this.#allowedMode = fstatSync(this.#file).mode & PERMISSIONS;
    fchmodSync(this.#file, OWNER_ONLY);
  }

  /** Throws `usage` where the file can't be written. */
  static async create(name: string): Promise<OutputFile> {
    const path = resolve(name);
    await refuseStrange(path, name);
    try {
      return new OutputFile(path);
    } catch (error) {
      throw notWritten('usage', name, error);
    }
  }

  #open(): number {
    try {
      return openSync(this.#temporary, 'wx', PERMISSIONS);
    } catch (error) {
      this.#forget();
      throw error;
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    const at = this.#sizeBytes;
    this.#sizeBytes += bytes.length;
    try {
      for (let done = 0; done < bytes.length;) {
        const { bytesWritten } = await writeAt(this.#file, bytes, done, bytes.length - done, at + done);
        done += bytesWritten;
      }
    } catch (error) {
      throw notWritten('unreachable', this.#path, error);
    }
  }

  /** Gives the copy its name. `mode`: permission bits; by default those of a new file. */
  async keep(mode: number = NEW_FILE): Promise<void> {
    try {
      fchmodSync(this.#file, mode & this.#allowedMode);
      fsyncSync(this.#file);
      closeSync(this.#file);
      await rename(this.#temporary, this.#path);
      await syncFolder(dirname(this.#path));
      this.#forget();
    } catch (error) {
      rmSync(this.#temporary, { force: true });
      throw notWritten('unreachable', this.#path, error);
    }
  }

  /** Removes it; nothing of it was ever there under its own name. */
  discard(): void {
    closeSync(this.#file);
    rmSync(this.#temporary, { force: true });
    this.#forget();
  }

  #forget(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }
}

/** A rename would put a file in the place of a device or a pipe, which nobody means. */
async function refuseStrange(path: string, name: string): Promise<void> {
  const stats = await lstat(path).catch(() => undefined);
  if (stats === undefined || stats.isFile() || stats.isSymbolicLink()) return;
  const message = `${name} is ${stats.isDirectory() ? 'a folder' : 'no ordinary file'}; what is verified is written to an ordinary file.`;
  const hint = '`--output -` writes to standard output.';
  throw new FreeholdError('usage', [{ code: 'output/not-written', level: 'error', message, hint }]);
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function notWritten(code: 'usage' | 'unreachable', name: string, error: unknown): FreeholdError {
  const reason = error instanceof Error ? error.message : String(error);
  const message = `${name} could not be written: ${reason}`;
  const hint = 'Name a file in a folder that exists, has room and that you may write to.';
  return new FreeholdError(code, [{ code: 'output/not-written', level: 'error', message, hint }], { cause: error });
}
