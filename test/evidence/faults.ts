/**
 * Makes the n-th call that changes a disk go wrong. As a preload (`--import`) it is told by the environment, and ends the process;
 * a test calls it itself where the call only fails.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import process from 'node:process';

/**
 * `kill`: SIGKILL at the call, half of it done where it writes. `full`: from it on there is no room; what shrinks or renames still
 * works. `broken`: this call fails, as of a disk that can't be read or written there.
 */
export type Fault = 'kill' | 'full' | 'broken';

export interface Faults {
  /** How many calls there were. */
  readonly calls: () => number;
  readonly remove: () => void;
}

const CHANGING = ['openSync', 'writeSync', 'fsyncSync', 'ftruncateSync', 'renameSync', 'mkdirSync'] as const;
/** What takes room. */
const TAKES_ROOM: ReadonlySet<string> = new Set(['writeSync', 'mkdirSync']);

type Call = (...parameters: readonly unknown[]) => unknown;

/** Installs the fault at the call with this number, counted from 0. */
export function installFault(kind: Fault, at: number): Faults {
  let count = 0;
  const originals = new Map(CHANGING.map((name) => [name, callOf(name)]));
  for (const [name, original] of originals) {
    Reflect.set(fs, name, (...parameters: readonly unknown[]) => {
      if (name === 'openSync' && !isToWrite(parameters[1])) return original(...parameters);
      const number = count;
      count += 1;
      const isHit = kind === 'full' ? number >= at && TAKES_ROOM.has(name) : number === at;
      if (!isHit) return original(...parameters);
      if (name === 'writeSync') writeHalf(original, parameters);
      if (kind === 'kill') process.kill(process.pid, 'SIGKILL');
      throw kind === 'full' ? systemError('ENOSPC', name) : systemError('EIO', name);
    });
  }
  syncBuiltinESMExports();
  return {
    calls: () => count,
    remove: () => {
      for (const [name, original] of originals) Reflect.set(fs, name, original);
      syncBuiltinESMExports();
    },
  };
}

function callOf(name: string): Call {
  const original: unknown = Reflect.get(fs, name);
  if (typeof original !== 'function') throw new TypeError(`node:fs has no ${name}`);
  return (...parameters) => {
    const answer: unknown = Reflect.apply(original, fs, parameters);
    return answer;
  };
}

function isToWrite(flags: unknown): boolean {
  if (typeof flags === 'string') return flags !== 'r';
  return typeof flags === 'number' && (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0;
}

function writeHalf(write: Call, [file, bytes, offset, length, position]: readonly unknown[]): void {
  if (typeof length === 'number' && length > 1) write(file, bytes, offset, Math.floor(length / 2), position);
}

function systemError(code: string, syscall: string): Error {
  return Object.assign(new Error(`${code}: ${syscall}`), { code, syscall });
}

const at = process.env['FREEHOLD_TEST_KILL_AT'];
if (at !== undefined) {
  const faults = installFault('kill', Number(at));
  process.on('exit', () => process.stdout.write(`calls ${String(faults.calls())}\n`));
}
