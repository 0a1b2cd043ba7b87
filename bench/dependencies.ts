import { existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { parseOsvRecord } from '../src/controls/dependencies/advisory/osv.ts';
import { normalName } from '../src/controls/dependencies/advisory/package-name.ts';
import { dependencies } from '../src/controls/dependencies/index.ts';
import { searchFor } from '../src/controls/dependencies/inventory/search.ts';
import { dependenciesPolicy } from '../src/controls/dependencies/policy.ts';
import { openLocalHost } from '../src/host/local.ts';
import { build } from '../scripts/build.ts';
import { installPython, PUBLISHED } from '../test/dependencies/environments.ts';
import { measure, type Run, spreadOf } from './measure.ts';

/*
 * Dependencies: how long it takes to read advisories into the index, to judge ten thousand installed packages against it, and to
 * find every environment of this machine; each a whole process of the published program, but for the search.
 *
 *   npm run bench:dependencies -- [--runs 7] [--records 200000] [--check]
 */
const ROOT = join(import.meta.dirname, '..');
const PACKAGES = 10_000;
const BYTES_PER_MIB = 1024 * 1024;
const MS_PER_SECOND = 1000;
const LIMITS = {
  published: 1000,
  synthetic: 60_000,
  judged: 250,
  judgedBytes: 150 * BYTES_PER_MIB,
  discovery: 2000,
} as const;
const VERSIONS_PER_RECORD = 12;

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    records: { type: 'string', default: '200000' },
    check: { type: 'boolean', default: false },
  },
});
const runs = Number(values.runs);
const folder = mkdtempSync(join(tmpdir(), 'freehold-bench-'));
const program = join(ROOT, 'dist', 'freehold.js');

try {
  await build(join(ROOT, 'dist'));
  await bench();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function bench(): Promise<void> {
  const index = join(folder, 'advisories.sqlite');
  if (existsSync(PUBLISHED)) {
    const indexing = repeat(() => {
      rmSync(index, { force: true });
      return measure(freehold('deps', 'sync', '--from', PUBLISHED, '--advisories', index), [0]);
    });
    report('indexing 2,661 published records', indexing, { ms: LIMITS.published });
    benchAudit(index);
  } else print('SKIPPED: the published records (shared/data/osv) do not lie beside this checkout.');
  const lines = join(folder, 'synthetic.jsonl');
  const large = join(folder, 'large.sqlite');
  writeSynthetic(lines, Number(values.records));
  const synthetic = [measure(freehold('deps', 'sync', '--from', lines, '--advisories', large), [0])];
  report(`indexing ${values.records} synthetic records`, synthetic, { ms: LIMITS.synthetic });
  const again = [measure(freehold('deps', 'sync', '--from', lines, '--advisories', large), [0])];
  report('the same again, nothing changed', again, { ms: LIMITS.synthetic });
  await benchSearch();
}

/** As an installer leaves them, a folder each: with every package that an advisory is about among them, and with none. */
function benchAudit(index: string): void {
  const unknown = Array.from({ length: PACKAGES }, (_, number) => `package-${String(number)}`);
  const label = `${String(PACKAGES)} installed packages against the whole index`;
  benchPlace(index, { label: `${label}, all that is published among them`, names: [...publishedNames(), ...unknown] });
  benchPlace(index, { label: `${label}, nothing known against any`, names: unknown });
  benchPlace(index, { label: 'the same for no package at all: the start of the program', names: [] });
}

function benchPlace(
  index: string,
  { label, names }: { readonly label: string; readonly names: readonly string[] },
): void {
  const place = mkdtempSync(join(folder, 'site-packages-'));
  installPython(
    place,
    names.slice(0, PACKAGES).map((name, number) => ({ name, version: `1.${String(number % 9)}` })),
  );
  const audit = freehold('deps', 'audit', '--in', place, '--format', 'pip-audit', '--advisories', index);
  report(
    label,
    repeat(() => measure(audit, [0, 1])),
    { ms: LIMITS.judged, bytes: LIMITS.judgedBytes },
  );
}

function publishedNames(): readonly string[] {
  const lines = gunzipSync(readFileSync(PUBLISHED)).toString('utf8').trimEnd().split('\n');
  const names = lines.flatMap((line) => {
    const parsed = parseOsvRecord(JSON.parse(line));
    return parsed.kind === 'advisory' ? parsed.advisory.packages.map(({ name }) => name) : [];
  });
  return [...new Set(names.map((name) => normalName('PyPI', name)))].sort();
}

/** As far as this machine's caches are warm; the first run is the coldest that a bench can have. */
async function benchSearch(): Promise<void> {
  const policy = dependenciesPolicy.parse({});
  const host = openLocalHost();
  const search: Run[] = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    await host.find(searchFor(policy, { mounts: '', areMarksSought: false }));
    search.push({ wallMs: performance.now() - start, peakBytes: null, cpuMs: null });
  }
  report('finding every environment of this machine', search, { ms: LIMITS.discovery });
  const start = performance.now();
  const advisories = () => Promise.resolve({ kind: 'none', reason: '', hint: '' } as const);
  const { places } = await dependencies.observe(host, policy, { now: new Date(), advisories });
  const count = places.reduce((sum, { packages }) => sum + packages.length, 0);
  print(
    `  with everything read: ${seconds(performance.now() - start)}, ${String(places.length)} places, ${String(count)} packages`,
  );
}

function freehold(...argv: readonly string[]): readonly [string, ...string[]] {
  return [process.execPath, program, ...argv];
}

function repeat(run: () => Run): readonly Run[] {
  return Array.from({ length: runs }, run);
}

/** As published records are: a dozen named versions, a range, some text. */
function writeSynthetic(path: string, count: number): void {
  const file = openSync(path, 'w');
  const details = 'What may happen, in some sentences, as advisories have them. '.repeat(8);
  for (let number = 0; number < count; number += 1) {
    const versions = Array.from(
      { length: VERSIONS_PER_RECORD },
      (_, minor) => `0.${String(minor)}.${String(number % 7)}`,
    );
    const affected = {
      package: { ecosystem: 'PyPI', name: `package-${String(number % (count / 4))}` },
      ranges: [{ type: 'ECOSYSTEM', events: [{ introduced: '0' }, { fixed: `1.${String(number % 11)}` }] }],
      versions,
    };
    const id = `GHSA-${String(number)}`;
    const record = {
      id,
      modified: '2026-01-01T00:00:00Z',
      aliases: [`CVE-2026-${String(number)}`],
      details,
      affected: [affected],
    };
    writeSync(file, `${JSON.stringify(record)}\n`);
  }
}

interface Limit {
  readonly ms: number;
  readonly bytes?: number;
}

function report(label: string, measured: readonly Run[], limit: Limit): void {
  const { median, least, most } = spreadOf(measured.map(({ wallMs }) => wallMs));
  const peak = Math.max(...measured.map(({ peakBytes }) => peakBytes ?? 0));
  const memory = peak === 0 ? '' : `, ${(peak / BYTES_PER_MIB).toFixed(0)} MiB`;
  const cpu = spreadOf(measured.flatMap(({ cpuMs }) => cpuMs ?? [])).median;
  const processor = Number.isNaN(cpu) ? '' : `, ${seconds(cpu)} of processor time`;
  const isMet = median <= limit.ms && peak <= (limit.bytes ?? Number.POSITIVE_INFINITY);
  const range = measured.length > 1 ? ` (${seconds(least)} – ${seconds(most)}, ${String(measured.length)} runs)` : '';
  print(
    `${isMet ? 'met   ' : 'MISSED'}  ${label}: ${seconds(median)}${range}${processor}${memory}; at most ${seconds(limit.ms)}${limit.bytes === undefined ? '' : `, ${String(limit.bytes / BYTES_PER_MIB)} MiB`}`,
  );
  if (values.check && !isMet) process.exitCode = 1;
}

function seconds(ms: number): string {
  return `${(ms / MS_PER_SECOND).toFixed(2)} s`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
