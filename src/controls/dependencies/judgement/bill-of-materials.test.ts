import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdvisoryHit } from '../../../core/advisory.ts';
import type { BillOfMaterials } from '../../../core/bill-of-materials.ts';
import { FACTS } from '../../../../test/dependencies/facts.ts';
import type { Package } from '../inventory/package.ts';
import { dependenciesPolicy } from '../policy.ts';
import type { DependenciesState, Knowledge, Place } from '../state.ts';
import { type BillOptions, billOfMaterials } from './bill-of-materials.ts';

const EVENTS = [
  { kind: 'introduced', version: '0' },
  { kind: 'fixed', version: '2.0' },
] as const;
const HIT: AdvisoryHit = {
  id: 'GHSA-1',
  aliases: ['CVE-2024-1'],
  summary: 'Bad.',
  description: '',
  modified: '2026-01-01T00:00:00Z',
  scores: [],
  affected: { versions: [], ranges: [{ events: EVENTS, limits: [] }] },
  source: '/all.zip',
};

function installed(name: string, more: Partial<Package> = {}): Package {
  return { ecosystem: 'PyPI', name, version: '1.0', key: name, where: { path: '/srv' }, requires: [], ...more };
}

function bill(places: readonly Partial<Place>[], more: Partial<BillOptions & DependenciesState> = {}): BillOfMaterials {
  const knowledge: Knowledge = {
    kind: 'advisories',
    sources: [],
    agesDays: {},
    uncovered: new Set(['npm', 'Debian']),
    hits: new Map([['PyPI/a', [HIT]]]),
  };
  const whole = places.map((one): Place => ({ kind: 'lock-file', path: '/srv', packages: [], problems: [], ...one }));
  const state = { places: whole, problems: [], knowledge, ...more };
  return billOfMaterials(state, {
    policy: dependenciesPolicy.parse({}),
    facts: FACTS,
    version: '0.1.0',
    createdAt: new Date(0),
    waived: new Map(),
    ...more,
  });
}

test('a vulnerable package has what a finding about it says', () => {
  const finding = 'dependencies/vulnerability/CVE-2024-1/PyPI/A/srv';
  const waiver = { finding, reason: 'r', owner: 'o', expires: '2027-01-01' };
  const [place] = bill([{ packages: [installed('b'), installed('A')] }], {
    waived: new Map([[finding, waiver]]),
  }).places;
  assert.ok(place !== undefined);
  assert.deepEqual(
    place.components.map(({ key }) => key),
    ['A', 'b'],
  );
  assert.deepEqual(place.components[0]?.vulnerabilities, [
    {
      id: 'CVE-2024-1',
      aliases: ['GHSA-1'],
      summary: 'Bad.',
      severity: 'medium',
      fixedIn: '2.0',
      advice: 'Upgrade A to 2.0 or newer.',
      advisories: ['GHSA-1'],
      verdict: 'affected',
      waiver: { reason: 'r', owner: 'o', expires: '2027-01-01' },
    },
  ]);
});

test('what a policy doesn’t judge is in the bill without a verdict', () => {
  const policy = dependenciesPolicy.parse({ development: false });
  const [place] = bill([{ packages: [installed('a', { isDevelopment: true })] }], { policy }).places;
  assert.deepEqual(place?.components[0]?.vulnerabilities, []);
});

test('what Debian’s packages brought along is not there a second time', () => {
  const { places } = bill([
    { path: '/usr/lib/python3/dist-packages', managedBy: 'Debian', packages: [installed('a')] },
    { path: '/srv/empty' },
    { path: '/srv/broken', problems: [{ where: { path: '/srv/broken', line: 3 }, message: 'is no TOML' }] },
  ]);
  assert.deepEqual(
    places.map(({ path, problems }) => [path, problems]),
    [['/srv/broken', ['/srv/broken:3: is no TOML']]],
  );
});

test('it says what was judged by, and what by nothing', () => {
  const whole = [{ packages: [installed('a')] }];
  assert.deepEqual(bill(whole).judgedBy, { kind: 'advisories', sources: [], uncovered: ['Debian', 'npm'] });
  const blind = bill(whole, { knowledge: { kind: 'none', reason: 'No index.', hint: '' } });
  assert.deepEqual(blind.judgedBy, { kind: 'none', reason: 'No index.' });
  assert.deepEqual(blind.places[0]?.components[0]?.vulnerabilities, []);
});
