import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';

/** What one run of a whole process took, from its start to its end. */
export interface Run {
  readonly wallMs: number;
  /** The most memory it held at once; `null` where GNU time isn't installed. */
  readonly peakBytes: number | null;
  /** Processor time of it and of all programs that it started and waited for; `null` where GNU time isn't installed. */
  readonly cpuMs: number | null;
}

export interface Spread {
  readonly median: number;
  readonly least: number;
  readonly most: number;
}

/** GNU time: Node tells the peak memory of itself only, not of a child. */
const GNU_TIME = '/usr/bin/time';
const BYTES_PER_KIB = 1024;
const NANOSECONDS_PER_MILLISECOND = 1e6;
const MILLISECONDS_PER_SECOND = 1000;
const HALF = 0.5;

/** Runs a program once, its output thrown away. Throws when it can't be run or ends with an exit code not named. */
export function measure(argv: readonly [string, ...string[]], acceptedCodes: readonly number[]): Run {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-bench-'));
  const costFile = join(folder, 'cost');
  const nowhere = openSync('/dev/null', 'r+');
  try {
    const timed = existsSync(GNU_TIME)
      ? [GNU_TIME, '--quiet', '--format', '%M %U %S', '--output', costFile, ...argv]
      : argv;
    const [program = '', ...options] = timed;
    const start = process.hrtime.bigint();
    const { error, status, signal } = spawnSync(program, options, { cwd: folder, stdio: [nowhere, nowhere, nowhere] });
    const wallMs = Number(process.hrtime.bigint() - start) / NANOSECONDS_PER_MILLISECOND;
    if (error !== undefined) throw error;
    if (status === null || !acceptedCodes.includes(status)) {
      throw new Error(
        `${argv.join(' ')} ended with ${status === null ? String(signal) : `exit code ${String(status)}`}`,
      );
    }
    if (!existsSync(costFile)) return { wallMs, peakBytes: null, cpuMs: null };
    const [peakKib = 0, userSeconds = 0, systemSeconds = 0] = readFileSync(costFile, 'utf8').split(' ').map(Number);
    const cpuMs = (userSeconds + systemSeconds) * MILLISECONDS_PER_SECOND;
    return { wallMs, peakBytes: peakKib * BYTES_PER_KIB, cpuMs };
  } finally {
    closeSync(nowhere);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median, least and most of at least one number. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (position: number): number => sorted[position] ?? Number.NaN;
  const middle = (sorted.length - 1) * HALF;
  const median = (at(Math.floor(middle)) + at(Math.ceil(middle))) * HALF;
  return { median, least: at(0), most: at(sorted.length - 1) };
}
