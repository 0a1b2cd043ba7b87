/** What is written as a bill of materials and read again is judged as the machine was. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { parseDocument } from '../../src/controls/dependencies/inventory/documents/read-document.ts';
import type { Package } from '../../src/controls/dependencies/inventory/package.ts';
import { judgeDependencies } from '../../src/controls/dependencies/judge.ts';
import { billOfMaterials } from '../../src/controls/dependencies/judgement/bill-of-materials.ts';
import { advisedAs } from '../../src/controls/dependencies/judgement/ecosystem.ts';
import { dependenciesPolicy } from '../../src/controls/dependencies/policy.ts';
import type { DependenciesState, Place } from '../../src/controls/dependencies/state.ts';
import type { AdvisoryHit } from '../../src/core/advisory.ts';
import { FACTS } from './facts.ts';
import { SBOM_FORMATS } from '../../src/report/sbom/index.ts';

const seed = Number(process.env['FREEHOLD_DIFFERENTIAL_SEED'] ?? String(Date.now() % 1_000_000_000));
const RUNS = 150;
const PLACES_MAX = 3;
const PACKAGES_MAX = 8;
const DOCUMENT = '/srv/machine.json';
const POLICY = dependenciesPolicy.parse({});

const names = {
  PyPI: ['flask', 'Zope.Interface', 'ruamel_yaml', 'a'],
  npm: ['lodash', '@types/node', 'JSONStream', 'jsonstream', 'a.b_c'],
  Debian: ['libssl3', 'g++-12', 'a', 'libstdc++6'],
} as const;
const versions = fc.constantFrom(
  undefined,
  '1.0',
  '1.5.0',
  '2.0',
  '2.0.1',
  '1:3~rc1-1+b1',
  '1.0+cu118',
  'no version',
  '1@2',
);
const origins = fc.constantFrom(
  'git+https://example.org/a.git@0123abc#subdirectory=b',
  'git+ssh://git@example.org/a.git#0123abc',
  'https://example.org/a-1.0.tar.gz',
  'https://example.org/simple',
  'file:../a b',
  '/srv/a',
);

const anyPackage: fc.Arbitrary<Omit<Package, 'key'>> = fc.constantFrom('PyPI', 'npm', 'Debian').chain((ecosystem) =>
  fc
    .record({
      name: fc.constantFrom(...names[ecosystem]),
      version: versions,
      origin: ecosystem === 'Debian' ? fc.constant(undefined) : fc.option(origins, { nil: undefined, freq: 4 }),
      source:
        ecosystem === 'Debian'
          ? fc.option(fc.constantFrom({ name: 'openssl', version: '1.0' }, { name: 'gcc-12', version: '2:9+x' }), {
              nil: undefined,
            })
          : fc.constant(undefined),
      isDirect: fc.option(fc.boolean(), { nil: undefined }),
      isDevelopment: fc.option(fc.boolean(), { nil: undefined }),
      needs: fc.array(fc.nat(PACKAGES_MAX)),
    })
    .map(({ name, version, origin, source, isDirect, isDevelopment, needs }) => ({
      ecosystem,
      name,
      version,
      where: { path: '/srv' },
      requires: needs.map((index) => `key ${String(index)}`),
      ...(origin !== undefined && { origin }),
      ...(source !== undefined && { source }),
      ...(isDirect !== undefined && { isDirect }),
      ...(isDevelopment !== undefined && { isDevelopment }),
      ...(ecosystem === 'Debian' && { architecture: 'amd64' }),
    })),
);

const anyPlace = fc.record({
  kind: fc.constantFrom<Place['kind'][]>('python-environment', 'lock-file', 'debian'),
  packages: fc
    .array(anyPackage, { maxLength: PACKAGES_MAX })
    .map((packages) => packages.map((one, index) => ({ ...one, key: `key ${String(index)}` }))),
  problems: fc.option(fc.constant([{ where: { path: '/srv/x' }, message: 'is no lock file' }]), { nil: [], freq: 3 }),
});
const anyPlaces = fc
  .array(anyPlace, { minLength: 1, maxLength: PLACES_MAX })
  .map((places) => places.map((place, index): Place => ({ ...place, path: `/srv/place ${String(index)}` })));

/** Two advisories about every name: one with an end, one that names a version. */
function hitsAbout(name: string): readonly AdvisoryHit[] {
  const texts = { summary: 'Bad.', description: '', modified: '2026-01-01T00:00:00Z', source: '/all.zip' };
  const range = [
    { kind: 'introduced', version: '0' },
    { kind: 'fixed', version: '2.0' },
  ] as const;
  return [
    {
      id: `GHSA-${name}`,
      aliases: [],
      scores: [],
      affected: { versions: [], ranges: [{ events: range, limits: [] }] },
      ...texts,
    },
    {
      id: `CVE-${name}`,
      aliases: [],
      scores: [],
      affected: { versions: ['no version', '2.0.1'], ranges: [] },
      ...texts,
    },
  ];
}

function stateOf(places: readonly Place[]): DependenciesState {
  const advised = places.flatMap(({ packages }) => packages).flatMap((one) => advisedAs(one) ?? []);
  const hits = new Map(advised.map(({ key, name }) => [key, hitsAbout(name)]));
  const knowledge = { kind: 'advisories', sources: [], agesDays: {}, uncovered: new Set<string>(), hits } as const;
  return { places, problems: [], knowledge };
}

interface Verdicts {
  readonly weaknesses: readonly string[];
  readonly isUnknown: boolean;
}

/** What was said, without where. */
function verdictsOn(state: DependenciesState): Verdicts {
  const findings = judgeDependencies(state, POLICY);
  const weaknesses = findings
    .filter(({ id }) => id.startsWith('dependencies/vulnerability/'))
    .map(({ title, outcome, severity, expected }) => JSON.stringify([title, outcome, severity, expected]));
  const isUnknown = findings.some(({ id, outcome }) => id.startsWith('dependencies/place/') && outcome === 'unknown');
  return { weaknesses: [...new Set(weaknesses)].sort(), isUnknown };
}

suite(`a bill of materials that is read again (seed ${String(seed)})`, () => {
  for (const [format, { render }] of Object.entries(SBOM_FORMATS)) {
    test(`${format}: the same verdicts`, () => {
      fc.assert(
        fc.property(anyPlaces, (places) => {
          const state = stateOf(places);
          // A document of nothing is a doubt of its own.
          fc.pre(places.some(({ packages }) => packages.length > 0));
          const options = { policy: POLICY, facts: FACTS, version: '0', createdAt: new Date(0), waived: new Map() };
          const parsed = parseDocument(render(billOfMaterials(state, options)), DOCUMENT);
          const again = stateOf([{ kind: 'document', path: DOCUMENT, ...parsed }]);
          assert.deepEqual(verdictsOn(again), verdictsOn(state));
        }),
        { numRuns: RUNS, seed },
      );
    });
  }
});
