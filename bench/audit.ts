import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.ts';
import { measure, type Run, spreadOf, type Spread } from './measure.ts';

/*
 * How long an audit of this machine takes with the published program, and how much memory; beside it, in the same
 * run, Lynis (Debian package lynis), the tool that people know.
 *
 *   npm run bench:audit -- [--runs 15] [--lynis-runs 1] [--check]
 *
 * --check ends with exit code 1 when a target is missed or could not be measured.
 */
const ROOT = join(import.meta.dirname, '..');
const TARGETS = { medianMs: 250, peakBytes: 120_000_000, timesFasterThanLynis: 100 };
/** The first run reads the program from the disk, all others from memory. */
const WARM_UP_RUNS = 2;
const BYTES_PER_MEGABYTE = 1_000_000;
const MILLISECONDS_PER_SECOND = 1000;
const LABEL_COLUMNS = 16;
const CELL_COLUMNS = 26;

interface Target {
  readonly text: string;
  /** `undefined` when it could not be measured. */
  readonly isMet: boolean | undefined;
}

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '15' },
    'lynis-runs': { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
  },
});

const folder = join(ROOT, 'dist');
await build(folder);
const audit: readonly [string, ...string[]] = [process.execPath, join(folder, 'freehold.js'), 'audit', '--quiet'];
// 1 says that the audit found something, which is none of the clock's business.
const freehold = repeat(WARM_UP_RUNS + countOf(values.runs, 1), () => measure(audit, [0, 1])).slice(WARM_UP_RUNS);
const lynis = benchLynis(countOf(values['lynis-runs'], 0));

print([row('', ['wall, median', 'wall, min – max', 'peak memory, median']), rowOf('freehold audit', freehold)]);
if (lynis.length > 0) print([rowOf('lynis --quick', lynis)]);
const targets = targetsOf(freehold, lynis);
print(['', ...targets.map(({ text, isMet }) => `${mark(isMet)}  ${text}`)]);
if (values.check && targets.some(({ isMet }) => isMet !== true)) process.exitCode = 1;

function benchLynis(runs: number): readonly Run[] {
  if (runs === 0) return [];
  if (spawnSync('lynis', ['--version'], { stdio: 'ignore' }).error !== undefined) {
    print(['SKIPPED: the comparison with Lynis, which is not installed (Debian package lynis).', '']);
    return [];
  }
  print([
    `Running lynis audit system --quick --quiet ${runs === 1 ? 'once' : `${String(runs)} times`}; it takes a minute or so …`,
    '',
  ]);
  // Lynis, too, says by its exit code whether it had warnings: 78 is its word for them.
  return repeat(runs, () => measure(['lynis', 'audit', 'system', '--quick', '--quiet'], [0, 1, 78]));
}

function targetsOf(own: readonly Run[], other: readonly Run[]): readonly Target[] {
  const medianMs = wall(own).median;
  const peak = peaks(own);
  const ratio = other.length === 0 ? undefined : wall(other).median / medianMs;
  return [
    {
      text: `median at most ${String(TARGETS.medianMs)} ms: ${medianMs.toFixed(0)} ms`,
      isMet: medianMs <= TARGETS.medianMs,
    },
    {
      text: `peak memory at most ${megabytes(TARGETS.peakBytes)}: ${peak === undefined ? 'needs GNU time (Debian package time)' : megabytes(peak.most)}`,
      isMet: peak && peak.most <= TARGETS.peakBytes,
    },
    {
      text: `at least ${String(TARGETS.timesFasterThanLynis)} × faster than Lynis: ${ratio === undefined ? 'Lynis was not run' : `${ratio.toFixed(0)} ×`}`,
      isMet: ratio === undefined ? undefined : ratio >= TARGETS.timesFasterThanLynis,
    },
  ];
}

function rowOf(label: string, runs: readonly Run[]): string {
  const time = wall(runs);
  const peak = peaks(runs);
  return row(label, [
    duration(time.median),
    `${duration(time.least)} – ${duration(time.most)} (${String(runs.length)})`,
    peak === undefined ? 'not measured' : megabytes(peak.median),
  ]);
}

function wall(runs: readonly Run[]): Spread {
  return spreadOf(runs.map(({ wallMs }) => wallMs));
}

function peaks(runs: readonly Run[]): Spread | undefined {
  const known = runs.map(({ peakBytes }) => peakBytes).filter((bytes) => bytes !== null);
  return known.length === runs.length ? spreadOf(known) : undefined;
}

function row(label: string, cells: readonly string[]): string {
  return `${label.padEnd(LABEL_COLUMNS)}${cells.map((cell) => cell.padStart(CELL_COLUMNS)).join('')}`;
}

function duration(ms: number): string {
  return ms < MILLISECONDS_PER_SECOND ? `${ms.toFixed(0)} ms` : `${(ms / MILLISECONDS_PER_SECOND).toFixed(1)} s`;
}

function megabytes(bytes: number): string {
  return `${(bytes / BYTES_PER_MEGABYTE).toFixed(0)} MB`;
}

function mark(isMet: boolean | undefined): string {
  if (isMet === undefined) return 'NOT MEASURED';
  return isMet ? 'met         ' : 'MISSED      ';
}

function countOf(text: string, least: number): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < least) throw new Error(`not a number of runs: ${text}`);
  return count;
}

function repeat<T>(times: number, once: () => T): readonly T[] {
  return Array.from({ length: times }, once);
}

function print(lines: readonly string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
