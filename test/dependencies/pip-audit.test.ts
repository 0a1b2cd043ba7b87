/** What reads pip-audit's JSON reads ours: the same packages, vulnerabilities and fixes, the same exit code. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, suite, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { z } from 'zod';
import { openAdvisoryIndex } from '../../src/advisories/index.ts';
import { dependencies } from '../../src/controls/dependencies/index.ts';
import { packageReports } from '../../src/controls/dependencies/judgement/package-report.ts';
import { dependenciesPolicy } from '../../src/controls/dependencies/policy.ts';
import type { Surroundings } from '../../src/core/surroundings.ts';
import { openLocalHost } from '../../src/host/local.ts';
import { renderPipAudit } from '../../src/report/pip-audit.ts';
import { freehold } from '../cli/freehold.ts';
import { installPython, type Installed, PUBLISHED, whyNoPublished } from './environments.ts';

const ORACLE = fileURLToPath(new URL('pip-audit-oracle.py', import.meta.url));
const seed = Number(process.env['FREEHOLD_DIFFERENTIAL_SEED'] ?? String(Date.now() % 1_000_000_000));
const ENVIRONMENTS = 40;
const PACKAGES_MAX = 12;
const LEAST_VULNERABLE = 20;
/** So many by the command as well. */
const BY_COMMAND = 2;
const OUTPUT_LIMIT_BYTES = 64 * 1024 * 1024;
/** Records whose ranges overlap or whose list contradicts them: there our reading is the careful one (see the domain's README). */
const CONTRADICTING = new Set([
  'PYSEC-2021-114',
  'PYSEC-2022-236',
  'PYSEC-2022-42972',
  'PYSEC-2023-177',
  'PYSEC-2023-72',
]);

const report = z.strictObject({
  dependencies: z.array(
    z.union([
      z.strictObject({
        name: z.string(),
        version: z.string(),
        vulns: z.array(
          z.strictObject({
            id: z.string(),
            fix_versions: z.array(z.string()),
            aliases: z.array(z.string()),
            description: z.string(),
          }),
        ),
      }),
      z.strictObject({ name: z.string(), skip_reason: z.string() }),
    ]),
  ),
  fixes: z.tuple([]),
});
const osv = z.object({
  affected: z.array(z.object({ package: z.object({ name: z.string() }), versions: z.array(z.string()).default([]) })),
});
const answers = z.array(z.record(z.string(), z.array(z.tuple([z.string(), z.array(z.string())]))));

const hasPackaging = spawnSync('/usr/bin/python3', ['-c', 'import packaging']).status === 0;
const whyNoOracle = !hasPackaging && 'LEFT OUT: no /usr/bin/python3 with packaging (python3-packaging)';
const skip = whyNoPublished === false ? whyNoOracle : whyNoPublished;

suite(`pip-audit's JSON (seed ${String(seed)})`, { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-pip-audit-'));
  const index = join(folder, 'advisories.sqlite');

  before(() => {
    const synced = freehold(['deps', 'sync', '--from', PUBLISHED, '--advisories', index], { cwd: folder });
    assert.equal(synced.code, 0, synced.stderr);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  function audit(place: string): { readonly code: number | null; readonly json: z.infer<typeof report> } {
    const argv = ['deps', 'audit', '--in', place, '--format', 'pip-audit', '--advisories', index];
    const { code, stdout, stderr } = freehold(argv, { cwd: folder });
    assert.equal(stderr, '');
    return { code, json: report.parse(JSON.parse(stdout)) };
  }

  /** The same without a process of its own. */
  async function look(place: string): Promise<z.infer<typeof report>> {
    const policy = dependenciesPolicy.parse({ search: [place], projects: [place] });
    const opened = openAdvisoryIndex(index);
    const advisories: Surroundings['advisories'] = () => Promise.resolve({ kind: 'open', index: opened });
    const state = await dependencies.observe(openLocalHost(), policy, { now: new Date(), advisories });
    opened.close();
    return report.parse(JSON.parse(renderPipAudit(packageReports(state, policy))));
  }

  test(`${String(ENVIRONMENTS)} environments are judged as by its own library`, async (context) => {
    const environments = fc.sample(environment(publishedVersions()), { numRuns: ENVIRONMENTS, seed });
    const question = {
      records: PUBLISHED,
      environments: environments.map((packages) => packages.map(({ name, version }) => [name, version])),
    };
    const oracle = spawnSync('/usr/bin/python3', [ORACLE], {
      input: JSON.stringify(question),
      maxBuffer: OUTPUT_LIMIT_BYTES,
    });
    assert.equal(oracle.status, 0, oracle.stderr.toString());
    const expected = answers.parse(JSON.parse(oracle.stdout.toString()));
    let vulnerable = 0;
    for (const [number, packages] of environments.entries()) {
      const place = join(folder, `env${String(number)}`);
      installPython(place, packages);
      const json = await look(place);
      const found = json.dependencies.map((one) => {
        assert.ok('vulns' in one, JSON.stringify(one));
        return [one.name, one.vulns.map((vuln) => [vuln.id, vuln.fix_versions] as const)] as const;
      });
      const known = (pairs: readonly (readonly [string, readonly string[]])[]) =>
        pairs.filter(([id]) => !CONTRADICTING.has(id)).toSorted(([a], [b]) => (a < b ? -1 : 1));
      assert.deepEqual(
        Object.fromEntries(found.map(([name, vulns]) => [name, known(vulns)])),
        Object.fromEntries(Object.entries(expected[number] ?? {}).map(([name, vulns]) => [name, known(vulns)])),
      );
      const isVulnerable = found.some(([, vulns]) => vulns.length > 0);
      if (isVulnerable) vulnerable += 1;
      if (number < BY_COMMAND) assert.deepEqual(audit(place), { code: isVulnerable ? 1 : 0, json });
    }
    assert.ok(vulnerable >= LEAST_VULNERABLE, `only ${String(vulnerable)} environments have a vulnerable package`);
    context.diagnostic(`${String(environments.length)} environments, ${String(vulnerable)} with vulnerabilities`);
  });

  test('what is no version is skipped with a reason, and skipping alone is no finding', () => {
    const place = join(folder, 'odd');
    installPython(place, [{ name: 'Requests', version: 'latest' }]);
    const { code, json } = audit(place);
    assert.equal(code, 0);
    assert.deepEqual(json.dependencies, [
      { name: 'requests', skip_reason: 'Package has invalid version and could not be audited: Requests (latest)' },
    ]);
  });

  test('what was not looked at is not called clean: folders that are not there, files that can not be read', () => {
    const argv = (place: string, ...more: readonly string[]): readonly string[] => {
      return ['deps', 'audit', ...more, '--in', place, '--format', 'pip-audit', '--advisories', index];
    };
    const missing = freehold(argv(join(folder, 'missing')), { cwd: folder });
    assert.deepEqual([missing.code, missing.stdout], [2, '']);
    assert.match(missing.stderr, /There is no folder/);
    const relative = freehold(argv('here', 'ssh://example.org'), { cwd: folder });
    assert.equal(relative.code, 2);
    const place = join(folder, 'half');
    mkdirSync(join(place, 'x-1.0.dist-info'), { recursive: true });
    const half = freehold(argv(place), { cwd: folder });
    assert.equal(half.code, 0);
    assert.match(half.stderr, /there is no\s+metadata in it/);
  });

  test('waivers of other domains are none of its business', () => {
    const waiver = '{finding: kernel/sysctl/kernel.sysrq, reason: r, owner: o, expires: 2999-01-01}';
    writeFileSync(join(folder, 'own.yaml'), `version: 1\nextends: dependencies\nwaivers: [${waiver}]\n`);
    const place = join(folder, 'waived');
    mkdirSync(place);
    const argv = ['deps', 'audit', '--in', place, '--advisories', index, '--blueprint', 'own.yaml', '--format', 'json'];
    const { stdout } = freehold(argv, { cwd: folder });
    assert.ok(!stdout.includes('waivers/unused'), stdout);
  });

  test('an environment without packages has no dependencies', () => {
    const place = join(folder, 'empty');
    mkdirSync(place);
    assert.deepEqual(audit(place), { code: 0, json: { dependencies: [], fixes: [] } });
  });
});

/** By name, versions that some advisory names. */
function publishedVersions(): ReadonlyMap<string, readonly string[]> {
  const versions = new Map<string, Set<string>>();
  for (const line of gunzipSync(readFileSync(PUBLISHED)).toString('utf8').trimEnd().split('\n')) {
    const parsed = osv.safeParse(JSON.parse(line));
    for (const { package: one, versions: named } of parsed.data?.affected ?? []) {
      const known = versions.get(one.name) ?? new Set();
      for (const version of named) if (/^[\d.]+(?:(?:a|b|rc)\d+)?$/.test(version)) known.add(version);
      versions.set(one.name, known);
    }
  }
  return new Map([...versions].flatMap(([name, known]) => (known.size === 0 ? [] : [[name, [...known].sort()]])));
}

function environment(published: ReadonlyMap<string, readonly string[]>): fc.Arbitrary<readonly Installed[]> {
  const newest = fc.constantFrom('99.0', '2024.1.1', '1!0.1', '0.0.1');
  const one = fc
    .constantFrom(...published)
    .chain(([name, versions]) =>
      fc
        .oneof({ weight: 3, arbitrary: fc.constantFrom(...versions) }, { weight: 1, arbitrary: newest })
        .map((version): Installed => ({ name, version })),
    );
  return fc.uniqueArray(one, {
    minLength: 1,
    maxLength: PACKAGES_MAX,
    selector: ({ name }) => name.toLowerCase().replaceAll(/[-_.]+/g, '-'),
  });
}
