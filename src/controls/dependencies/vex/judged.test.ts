/** What statements make of findings: never more than they say. */
import assert from 'node:assert/strict';
import { vexKnowledge } from './statements-in-place.ts';
import { test } from 'node:test';
import type { AdvisoryHit, ScopedStatement, VexProduct } from '../../../core/advisory.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Package } from '../inventory/package.ts';
import { judgeDependencies } from '../judge.ts';
import { packageReports } from '../judgement/package-report.ts';
import { dependenciesPolicy } from '../policy.ts';
import type { DependenciesState, Place } from '../state.ts';

const DAY = '2026-01-01T00:00:00.000Z';

function hit(id: string, aliases: readonly string[] = []): AdvisoryHit {
  const affected = { versions: [], ranges: [{ events: [{ kind: 'introduced', version: '0' }], limits: [] }] } as const;
  return { id, aliases, summary: '', description: '', modified: DAY, scores: [], affected, source: '/osv' };
}

function installed(name: string, more: Partial<Package> = {}): Package {
  return { ecosystem: 'PyPI', name, version: '1.0', key: name, where: { path: '/srv' }, requires: [], ...more };
}

function product(...identifiers: readonly string[]): VexProduct {
  return { identifiers, subcomponents: [] };
}

function within(identifier: string, ...parts: readonly string[]): VexProduct {
  return { identifiers: [identifier], subcomponents: parts.map((part) => ({ identifiers: [part] })) };
}

function said(products: readonly VexProduct[], more: Partial<ScopedStatement> = {}): ScopedStatement {
  const status = 'not-affected';
  return { status, vulnerabilities: ['CVE-1'], products, source: '/vex.json', timestamp: DAY, ...more };
}

interface Case {
  readonly packages?: readonly Package[];
  readonly place?: Partial<Place>;
  readonly hits?: readonly AdvisoryHit[];
  readonly statements: readonly ScopedStatement[];
  readonly products?: Readonly<Record<string, string>>;
}

const policyOf = (products: Readonly<Record<string, string>>): ReturnType<typeof dependenciesPolicy.parse> =>
  dependenciesPolicy.parse({ products });

/** What is known is known against `a` of whichever ecosystem. */
function stateOf({
  packages = [installed('a')],
  place = {},
  hits = [hit('CVE-1')],
  statements,
}: Case): DependenciesState {
  const byName = new Map<string, ScopedStatement[]>();
  for (const one of statements) {
    for (const name of one.vulnerabilities) byName.set(name, [...(byName.get(name) ?? []), one]);
  }
  const known = new Map(['PyPI/a', 'npm/a', 'Debian/a', 'Debian/source-of-a'].map((name) => [name, hits]));
  const release = { os: 'debian', osVersion: '12' };
  return {
    places: [{ kind: 'python-environment', path: '/srv/app', packages, problems: [], ...place }],
    problems: [],
    knowledge: {
      kind: 'advisories',
      sources: [],
      agesDays: {},
      uncovered: new Set(),
      hits: known,
      vex: vexKnowledge({ statements: byName, release }),
    },
  };
}

function judge(one: Case): readonly Finding[] {
  return judgeDependencies(stateOf(one), policyOf(one.products ?? {}));
}

function found(one: Case): Finding {
  const findings = judge(one).filter(({ id }) => id.startsWith('dependencies/vulnerability/'));
  assert.equal(findings.length, 1);
  const [finding] = findings;
  assert.ok(finding !== undefined);
  return finding;
}

function outcome(one: Case): string {
  return found(one).outcome;
}

test('a status decides what becomes of a finding, and is told with its reason and its document', () => {
  const of = (more: Partial<ScopedStatement>): Finding =>
    found({ statements: [said([product('pkg:pypi/a@1.0')], { document: 'urn:doc', ...more })] });
  const out = of({ justification: 'vulnerable_code_not_present', text: 'Built without it.' });
  const reason = 'not affected (vulnerable_code_not_present: Built without it.), says urn:doc (/vex.json)';
  assert.deepEqual([out.outcome, out.reason, out.summary, out.remedy], ['not-applicable', reason, reason, undefined]);
  assert.deepEqual(of({ status: 'fixed' }).reason, 'fixed, says urn:doc (/vex.json)');
  const affected = of({ status: 'affected', text: 'Take the port away.' });
  assert.deepEqual(affected.outcome, 'fail');
  assert.match(affected.summary, /; affected, says urn:doc/);
  assert.match(JSON.stringify(affected.remedy), /urn:doc \(\/vex\.json\) says: Take the port away\./);
  const unsure = of({ status: 'under-investigation' });
  assert.deepEqual(unsure.outcome, 'fail');
  assert.match(unsure.summary, /; under investigation, says urn:doc/);
  assert.equal(outcome({ statements: [] }), 'fail');
});

test('a place of which all weaknesses are excluded passes, and says so', () => {
  const [excluded, place] = judge({ statements: [said([product('pkg:pypi/a')])] });
  assert.deepEqual([excluded?.outcome, place?.outcome], ['not-applicable', 'pass']);
  assert.match(place?.summary ?? '', /nothing is known but 1 weakness that VEX statements exclude/);
  const half = { hits: [hit('CVE-1'), hit('CVE-2')], statements: [said([product('pkg:pypi/a')])] };
  assert.deepEqual(
    judge(half).map((one) => one.outcome),
    ['not-applicable', 'fail'],
  );
  // pip-audit has no place for what was excluded.
  const reports = packageReports(stateOf(half), policyOf({}));
  assert.deepEqual(
    reports.flatMap(({ vulnerabilities }) => vulnerabilities.map(({ id }) => id)),
    ['CVE-2'],
  );
});

test('a package URL without a version is of all versions, one with a version of that alone', () => {
  const of = (purl: string, more: Partial<Package> = {}): string =>
    outcome({ packages: [installed('a', more)], statements: [said([product(purl)])] });
  assert.equal(of('pkg:pypi/A'), 'not-applicable');
  assert.equal(of('pkg:pypi/a@1.0.0'), 'not-applicable');
  assert.equal(of('pkg:pypi/a@1.0.1'), 'fail');
  assert.equal(of('pkg:pypi/a@1.0', { version: '1.0+mine' }), 'fail');
  assert.equal(of('pkg:pypi/a@1.0+mine', { version: '1.0+mine' }), 'not-applicable');
  assert.equal(of('pkg:pypi/a@latest', { version: 'latest' }), 'not-applicable');
  assert.equal(of('pkg:npm/a'), 'fail');
  assert.equal(of('pkg:npm/a@v1.0.0', { ecosystem: 'npm', version: '1.0.0' }), 'not-applicable');
  assert.equal(of('pkg:pypi/b'), 'fail');
  // A file of a release, a part of a package and another origin are not what is installed, as far as anybody can tell.
  assert.equal(of('pkg:pypi/a?repository_url=https://example.org'), 'fail');
  assert.equal(of('pkg:pypi/a#part'), 'fail');
  assert.equal(of('pkg:pypi/a@1.0', { origin: 'git+https://example.org/a' }), 'fail');
  assert.equal(of('https://example.org/a'), 'fail');
});

test('a package of a distribution is of its release, its architecture and its source', () => {
  const one = installed('a', {
    ecosystem: 'Debian',
    version: '1:2.0-1+b1',
    key: 'a:amd64',
    architecture: 'amd64',
    source: { name: 'source-of-a', version: '1:2.0-1' },
  });
  const of = (purl: string): string =>
    outcome({ packages: [one], place: { kind: 'debian' }, statements: [said([product(purl)])] });
  for (const purl of [
    'pkg:deb/debian/a',
    'pkg:deb/debian/a@1:2.0-1%2Bb1?arch=amd64&distro=debian-12',
    'pkg:deb/debian/a?distro=debian-12.5&upstream=source-of-a%401:2.0-1',
    'pkg:deb/debian/source-of-a@1:2.0-1?arch=source&distro=12',
  ]) {
    assert.equal(of(purl), 'not-applicable', purl);
  }
  for (const purl of [
    'pkg:deb/ubuntu/a',
    'pkg:deb/debian/a?arch=armhf',
    'pkg:deb/debian/a?distro=debian-1',
    'pkg:deb/debian/a?distro=bookworm',
    'pkg:deb/debian/a?vendor=acme',
    'pkg:deb/debian/a@2.0-1%2Bb1',
    'pkg:deb/debian/source-of-a@1:2.0-1',
    'pkg:deb/debian/source-of-a@1:2.0-2?arch=source',
  ]) {
    assert.equal(of(purl), 'fail', purl);
  }
});

test('what is fixed must say in which version; what is not in a product is not what is found', () => {
  const of = (one: VexProduct, more: Partial<ScopedStatement>): Finding => found({ statements: [said([one], more)] });
  assert.equal(of(product('pkg:pypi/a@1.0'), { status: 'fixed' }).outcome, 'not-applicable');
  const unversioned = of(product('pkg:pypi/a'), { status: 'fixed' });
  assert.equal(unversioned.outcome, 'fail');
  assert.match(unversioned.summary, /calls it fixed without saying in which version/);
});

test('what is said of a part of a product holds where the part is there for that product alone', () => {
  const app = installed('app', { isDirect: true, requires: ['lib'] });
  const lib = installed('lib', { isDirect: false, requires: ['a'] });
  const part = installed('a', { isDirect: false });
  const statements = [said([within('pkg:pypi/app', 'pkg:pypi/a')])];
  assert.equal(outcome({ packages: [app, lib, part], statements }), 'not-applicable');
  const elsewhere = found({ packages: [part], statements });
  assert.equal(elsewhere.outcome, 'fail');
  assert.match(elsewhere.summary, /what \/vex\.json says of it is of pkg:pypi\/app alone/);
  // Somebody else needs it as well, or somebody asked for it, or nobody can tell.
  const other = installed('other', { isDirect: true, requires: ['a'] });
  assert.equal(outcome({ packages: [app, lib, part, other], statements }), 'fail');
  assert.equal(outcome({ packages: [app, lib, { ...part, isDirect: true }], statements }), 'fail');
  assert.equal(outcome({ packages: [app, installed('lib', { requires: ['a'] }), part], statements }), 'fail');
  assert.equal(outcome({ packages: [app, lib, installed('a')], statements }), 'fail');
  // A circle beside the product.
  const circle = [installed('x', { isDirect: false, requires: ['a'] }), { ...part, requires: ['x'] }];
  assert.equal(outcome({ packages: circle, statements }), 'fail');
  assert.equal(outcome({ packages: [app, lib, ...circle], statements }), 'not-applicable');
  // Another version of the product, another part, a part that nothing names.
  const of = (one: VexProduct, more: Partial<ScopedStatement> = {}): string =>
    outcome({ packages: [app, lib, part], statements: [said([one], more)] });
  assert.equal(of(within('pkg:pypi/app@1.0', 'pkg:pypi/a@1.0')), 'not-applicable');
  assert.equal(of(within('pkg:pypi/app@2.0', 'pkg:pypi/a')), 'fail');
  assert.equal(of(within('pkg:pypi/app', 'pkg:pypi/b')), 'fail');
  assert.equal(of({ identifiers: ['pkg:pypi/app'], subcomponents: [{ identifiers: [] }] }), 'fail');
  // Without parts a product is all of it; but what it says of a part that is not in it, or was replaced, isn't said of this one.
  assert.equal(of(product('pkg:pypi/app')), 'not-applicable');
  assert.equal(of(product('pkg:pypi/app'), { justification: 'component_not_present' }), 'fail');
  assert.equal(of(within('pkg:pypi/app', 'pkg:pypi/a'), { justification: 'component_not_present' }), 'fail');
  assert.equal(of(product('pkg:pypi/app@1.0'), { status: 'fixed' }), 'fail');
  assert.equal(of(within('pkg:pypi/app', 'pkg:pypi/a@1.0'), { status: 'fixed' }), 'not-applicable');
  // A machine's own libraries are there for whatever runs on it.
  const place: Partial<Place> = { kind: 'debian' };
  const debian = [app, lib, part].map((one) => ({ ...one, ecosystem: 'Debian' as const }));
  const deb = [said([within('pkg:deb/debian/app', 'pkg:deb/debian/a')])];
  assert.equal(outcome({ packages: debian, place, statements: deb }), 'fail');
});

test('the blueprint says which product lies below a folder', () => {
  const of = (declared: string, name: string, path = '/srv'): string =>
    outcome({ statements: [said([within(name, 'pkg:pypi/a')])], products: { [path]: declared } });
  const server = 'pkg:generic/acme/server';
  assert.equal(of(server, server), 'not-applicable');
  assert.equal(of(`${server}@1.2`, server), 'not-applicable');
  assert.equal(of(`${server}@1.2?arch=arm`, `${server}@1.2?arch=arm`), 'not-applicable');
  assert.equal(of(server, `${server}@1.2`), 'fail');
  assert.equal(of(`${server}@1.2`, `${server}@1.2?arch=arm`), 'fail');
  assert.equal(of(server, server, '/srv/other'), 'fail');
  assert.equal(of(server, server, '/srv/app'), 'not-applicable');
  assert.equal(of('urn:cdx:1/2', 'urn:cdx:1/2'), 'not-applicable');
});

test('the newest statement counts, by whichever name; of one moment the one that calms least', () => {
  const products = [product('pkg:pypi/a')];
  const at = (day: string, more: Partial<ScopedStatement>): ScopedStatement =>
    said(products, { timestamp: day, ...more });
  const hits = [hit('GHSA-a', ['CVE-1']), hit('PYSEC-1', ['CVE-1'])];
  const of = (...statements: readonly ScopedStatement[]): string => outcome({ hits, statements });
  const late = '2026-02-02T00:00:00.000Z';
  assert.equal(of(at(DAY, { vulnerabilities: ['GHSA-A'] })), 'not-applicable');
  assert.equal(of(at(DAY, { vulnerabilities: ['PYSEC-1'] }), at(late, { status: 'affected' })), 'fail');
  assert.equal(of(at(late, { vulnerabilities: ['PYSEC-1'] }), at(DAY, { status: 'affected' })), 'not-applicable');
  assert.equal(of(at(DAY, {}), at(DAY, { status: 'under-investigation' })), 'fail');
  const { timestamp: _, ...timeless } = at(DAY, {});
  assert.equal(of(timeless, at(DAY, { status: 'affected' })), 'fail');
  // A warning need not be as exact as what calms.
  const narrow = [product('pkg:pypi/a?repository_url=https://example.org')];
  assert.equal(of(at(DAY, {}), said(narrow, { timestamp: late, status: 'affected' })), 'fail');
});

test('of an advisory about several weaknesses, what is said of one leaves the others open', () => {
  const hits = [hit('DSA-1', ['CVE-1', 'CVE-2'])];
  const products = [product('pkg:pypi/a')];
  const of = (...names: readonly (readonly string[])[]): Finding =>
    found({ hits, statements: names.map((vulnerabilities) => said(products, { vulnerabilities })) });
  assert.equal(of(['CVE-1']).outcome, 'fail');
  assert.match(of(['CVE-1']).summary, /what \/vex\.json excludes is only a part of it/);
  assert.equal(of(['CVE-1'], ['CVE-2']).outcome, 'not-applicable');
  assert.equal(of(['DSA-1']).outcome, 'not-applicable');
});
