import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { build } from '../scripts/build.ts';
import { measure, type Run, spreadOf } from './measure.ts';

/*
 * Integrity: how long it takes to hold every file of every package of this machine against its digest, as a ratio to debsums and
 * to dpkg --verify; each a whole process, turn by turn, so that what else the machine does hits all of them.
 *
 *   npm run bench:integrity -- [--runs 3] [--debsums-runs 1] [--check]
 */
const ROOT = join(import.meta.dirname, '..');
const MS_PER_SECOND = 1000;
const RATIOS = { debsums: 0.1, dpkg: 0.4 } as const;
const PACKAGES = 'version: 1\nname: bench\nintegrity:\n  packages: {}\n';
const UNOWNED = 'version: 1\nname: bench\nintegrity:\n  unowned: {}\n';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '3' },
    'debsums-runs': { type: 'string', default: '1' },
    check: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'freehold-bench-'));

try {
  await build(join(ROOT, 'dist'));
  bench();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function bench(): void {
  const packages = freehold('packages.yaml', PACKAGES);
  const unowned = freehold('unowned.yaml', UNOWNED);
  const verify = ['dpkg', '--verify'] as const;
  const debsums = ['debsums', '--silent'] as const;
  // Afterwards everything is in memory, for all alike.
  measure(packages, [0, 1]);
  const own: Run[] = [];
  const dpkg: Run[] = [];
  const others: Run[] = [];
  const search: Run[] = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    own.push(measure(packages, [0, 1]));
    dpkg.push(measure(verify, [0, 1]));
    search.push(measure(unowned, [0, 1]));
    if (run < Number(values['debsums-runs'])) others.push(measure(debsums, [0, 2]));
  }
  show('freehold audit, packages', own);
  show('dpkg --verify', dpkg);
  show('debsums --silent', others);
  show('freehold audit, unowned', search);
  compare('of dpkg --verify', own, { other: dpkg, limit: RATIOS.dpkg });
  compare('of debsums --silent', own, { other: others, limit: RATIOS.debsums });
}

function freehold(name: string, blueprint: string): readonly [string, ...string[]] {
  const path = join(folder, name);
  writeFileSync(path, blueprint);
  return [process.execPath, join(ROOT, 'dist', 'freehold.js'), 'audit', '-b', path, '--format', 'json'];
}

function show(label: string, runs: readonly Run[]): void {
  const { median, least, most } = spreadOf(runs.map(({ wallMs }) => wallMs));
  const cpu = spreadOf(runs.flatMap(({ cpuMs }) => cpuMs ?? [])).median;
  const processor = Number.isNaN(cpu) ? '' : `, ${seconds(cpu)} of processor time`;
  print(
    `        ${label}: ${seconds(median)} (${seconds(least)} – ${seconds(most)}, ${String(runs.length)} runs)${processor}`,
  );
}

function compare(
  label: string,
  own: readonly Run[],
  { other, limit }: { readonly other: readonly Run[]; readonly limit: number },
): void {
  const wall = (runs: readonly Run[]): number => spreadOf(runs.map(({ wallMs }) => wallMs)).median;
  const ratio = wall(own) / wall(other);
  const isMet = ratio <= limit;
  print(`${isMet ? 'MET     ' : 'MISSED  '}${ratio.toFixed(3)} ${label}; at most ${String(limit)}`);
  if (values.check && !isMet) process.exitCode = 1;
}

function seconds(ms: number): string {
  return `${(ms / MS_PER_SECOND).toFixed(2)} s`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
