/** Every version that a published advisory names, and every bound of its ranges, gets the verdict that the advisory means. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { AffectedPackage } from '../../src/core/advisory.ts';
import { verdictOn } from '../../src/controls/dependencies/advisory/affected.ts';
import { pythonMatching } from '../../src/controls/dependencies/advisory/matching.ts';
import { parseOsvRecord } from '../../src/controls/dependencies/advisory/osv.ts';
import { normalVersion } from '../../src/controls/dependencies/advisory/version-name.ts';

/** 2,661 records of the PyPA advisory database (CC-BY-4.0) that lie beside the checkout where this is developed. */
const FILE = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'osv', 'pypi-osv.jsonl.gz');
const LEAST_VERSIONS = 100_000;
/** Records that contradict themselves: another range, or the list of versions, has what a range calls fixed. */
const CONTRADICTING = [
  'PYSEC-2021-114 2.11.6',
  'PYSEC-2022-236 3.1.1',
  'PYSEC-2022-42972 0.13.0',
  'PYSEC-2023-177 23.9.0',
  'PYSEC-2023-72 3.1.1',
  'PYSEC-2023-72 3.2.0',
];
/** Bounds that are no versions by PEP 440: nobody can tell. */
const NO_VERSIONS = ['PYSEC-2019-125 2019-09-12', 'PYSEC-2021-371 0.2.0-n653'];

function records(): readonly (readonly [string, AffectedPackage['affected']])[] {
  const lines = gunzipSync(readFileSync(FILE)).toString('utf8').trimEnd().split('\n');
  return lines.flatMap((line) => {
    const parsed = parseOsvRecord(JSON.parse(line));
    assert.notEqual(parsed.kind, 'invalid', parsed.kind === 'invalid' ? `${parsed.problem}: ${line.slice(0, 80)}` : '');
    if (parsed.kind !== 'advisory') return [];
    const { id, packages } = parsed.advisory;
    return packages.map(({ affected }): readonly [string, AffectedPackage['affected']] => [id, affected]);
  });
}

/** The last that PEP 440 puts before it: a late release candidate, or what has a suffix already in development. */
function justBefore(version: string): string {
  return /[a-z]/i.test(version) ? `${version}.dev0` : `${version}rc9999`;
}

test(
  'published advisories mean what we make of them',
  { skip: !existsSync(FILE) && 'LEFT OUT: the published advisories (shared/data/osv) do not lie beside this checkout' },
  (context) => {
    const seen = { named: 0, introduced: 0, beforeFixed: 0, fixed: 0 };
    const contradicting: string[] = [];
    const noVersions: string[] = [];
    for (const [id, { versions, ranges }] of records()) {
      const affected = { versions: versions.map((version) => normalVersion('PyPI', version)), ranges };
      const verdict = (version: string): string => verdictOn(version, affected, pythonMatching);
      for (const version of versions) {
        seen.named += 1;
        assert.equal(verdict(version), 'affected', `${id} names ${version}`);
      }
      for (const { kind, version } of ranges.flatMap(({ events }) => events)) {
        if (kind === 'introduced' && version !== '0') {
          seen.introduced += 1;
          assert.equal(verdict(version), 'affected', `${id} introduced ${version}`);
        }
        if (kind !== 'fixed') continue;
        seen.fixed += 1;
        const atFixed = verdict(version);
        if (atFixed === 'unknown') noVersions.push(`${id} ${version}`);
        if (atFixed === 'affected') contradicting.push(`${id} ${version}`);
        if (atFixed === 'unknown' || /dev/i.test(version)) continue;
        seen.beforeFixed += 1;
        assert.equal(verdict(justBefore(version)), 'affected', `${id} just before ${version}`);
      }
    }
    assert.deepEqual([...new Set(contradicting)].sort(), CONTRADICTING);
    assert.deepEqual(noVersions.sort(), NO_VERSIONS);
    assert.ok(seen.named >= LEAST_VERSIONS, JSON.stringify(seen));
    context.diagnostic(JSON.stringify(seen));
  },
);
