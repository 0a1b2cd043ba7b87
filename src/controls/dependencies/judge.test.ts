import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AdvisoryHit, AdvisorySource } from '../../core/advisory.ts';
import type { Finding } from '../../core/finding.ts';
import type { Package } from './inventory/package.ts';
import { judgeDependencies } from './judge.ts';
import { dependenciesPolicy } from './policy.ts';
import type { DependenciesState, Knowledge, Place } from './state.ts';

const SOURCE: AdvisorySource = {
  origin: '/advisories/all.zip',
  kind: 'osv',
  readAt: '2026-11-20T00:00:00Z',
  records: 3,
  refused: 0,
  isComplete: true,
};

function hit(id: string, options: Partial<AdvisoryHit> & { readonly fixed?: string } = {}): AdvisoryHit {
  const { fixed = '2.0', ...more } = options;
  return {
    id,
    aliases: [],
    summary: `About ${id}.`,
    description: '',
    modified: '2026-01-01T00:00:00Z',
    scores: [],
    affected: {
      versions: [],
      ranges: [
        {
          events: [
            { kind: 'introduced', version: '0' },
            { kind: 'fixed', version: fixed },
          ],
          limits: [],
        },
      ],
    },
    source: SOURCE.origin,
    ...more,
  };
}

function installed(name: string, version: string | undefined, more: Partial<Package> = {}): Package {
  return { ecosystem: 'PyPI', name, version, key: name, where: { path: `/srv/${name}` }, requires: [], ...more };
}

function place(packages: readonly Package[], more: Partial<Place> = {}): Place {
  return { kind: 'python-environment', path: '/srv/app', packages, problems: [], ...more };
}

interface Known {
  readonly hits?: Readonly<Record<string, readonly AdvisoryHit[]>>;
  readonly uncovered?: readonly string[];
  readonly source?: Partial<AdvisorySource>;
  readonly ageDays?: number;
}

function knowledge({ hits = {}, uncovered = [], source = {}, ageDays = 1 }: Known): Knowledge {
  return {
    kind: 'advisories',
    sources: [{ ...SOURCE, ...source }],
    agesDays: { [SOURCE.origin]: ageDays },
    uncovered: new Set(uncovered),
    hits: new Map(Object.entries(hits)),
  };
}

function judge(places: readonly Place[], known: Known, more: Partial<DependenciesState> = {}): readonly Finding[] {
  const state = { places, problems: [], knowledge: knowledge(known), ...more };
  return judgeDependencies(state, dependenciesPolicy.parse({}));
}

function only(findings: readonly Finding[], start: string): Finding {
  const found = findings.filter(({ id }) => id.startsWith(start));
  assert.equal(found.length, 1, findings.map(({ id }) => id).join(' '));
  const [one] = found;
  assert.ok(one !== undefined);
  return one;
}

test('a vulnerable package is one finding, with what mends it, how bad it is and for whose sake it is there', () => {
  const packages = [
    installed('flask', '1.0', { isDirect: true, requires: ['werkzeug'] }),
    installed('werkzeug', '1.0', { isDirect: false, requires: ['markupsafe'] }),
    installed('markupsafe', '1.0', { isDirect: false }),
  ];
  const vector = 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N';
  const about = [hit('GHSA-1', { aliases: ['CVE-2024-1'], scores: [{ type: 'CVSS_V3', score: vector }] })];
  const findings = judge([place(packages)], { hits: { 'PyPI/markupsafe': about } });
  const found = only(findings, 'dependencies/vulnerability/');
  assert.equal(found.id, 'dependencies/vulnerability/CVE-2024-1/PyPI/markupsafe/srv/app');
  assert.deepEqual([found.outcome, found.severity, found.expected], ['fail', 'high', 'at least 2.0']);
  assert.match(found.summary, /fixed in 2\.0; there for flask → werkzeug → markupsafe/);
  // What has a known vulnerability is not called clean beside it.
  assert.ok(!findings.some(({ id }) => id.startsWith('dependencies/place')));
});

test('advisories about one weakness are one finding; what any of them leaves open stays open', () => {
  const about = [
    hit('PYSEC-1', { aliases: ['CVE-2024-1'], fixed: '1.5' }),
    hit('GHSA-1', { aliases: ['CVE-2024-1', 'OTHER-1'], fixed: '2.0' }),
    hit('X-1', { aliases: ['OTHER-1'], fixed: '0.5' }),
    hit('CVE-2024-9', { fixed: '3.0' }),
  ];
  const findings = judge([place([installed('a', '1.0')])], { hits: { 'PyPI/a': about } });
  const ids = findings.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id.split('/')[2]);
  assert.deepEqual(ids, ['CVE-2024-1', 'CVE-2024-9']);
  assert.equal(only(findings, 'dependencies/vulnerability/CVE-2024-1/').expected, 'at least 2.0');
  assert.deepEqual(
    judge([place([installed('a', '1.7')])], { hits: { 'PyPI/a': about } })
      .filter(({ outcome }) => outcome === 'fail')
      .map(({ id, expected }) => [id.split('/')[2], expected]),
    [
      ['CVE-2024-1', 'at least 2.0'],
      ['CVE-2024-9', 'at least 3.0'],
    ],
  );
  const open = [hit('A-1'), hit('A-2', { aliases: ['A-1'], affected: { versions: ['1.0'], ranges: [] } })];
  const unmended = judge([place([installed('a', '1.0')])], { hits: { 'PyPI/a': open } });
  assert.equal(only(unmended, 'dependencies/vulnerability/').expected, 'not affected');
});

test('what is exploited is critical, what nobody has scored is as the blueprint says', () => {
  const exploited = hit('CVE-1', { exploited: { since: '2024-01-01', isByRansomware: false } });
  const findings = judge([place([installed('a', '1.0')])], { hits: { 'PyPI/a': [exploited, hit('CVE-2')] } });
  assert.equal(only(findings, 'dependencies/vulnerability/CVE-1').severity, 'critical');
  assert.equal(only(findings, 'dependencies/vulnerability/CVE-2').severity, 'medium');
});

test('a place passes only when all of it could be judged', () => {
  const outcome = (packages: readonly Package[], more: Partial<Place> = {}): string => {
    const found = only(judge([place(packages, more)], {}), 'dependencies/place/srv/app');
    return found.outcome === 'pass' ? found.summary : `${found.outcome}: ${found.reason ?? ''}`;
  };
  assert.equal(outcome([installed('a', '1.0')]), 'nothing is known against 1 package');
  assert.equal(outcome([installed('a', 'latest')]), 'unknown: has something that is no version: a latest');
  assert.equal(outcome([installed('a', undefined)]), 'unknown: fixes no version: a');
  assert.match(
    outcome([installed('a', '1.0', { origin: 'git+https://example.org/a@1' })]),
    /^unknown: comes from elsewhere/,
  );
  assert.match(
    outcome([installed('a', '1.0', { origin: 'file:///wheels/a-1.0-py3-none-any.whl' })]),
    /^nothing is known/,
  );
  const problem = { where: { path: '/srv/app/x', line: 3 }, message: 'it is cut off' };
  assert.equal(outcome([installed('a', '1.0')], { problems: [problem] }), 'unknown: /srv/app/x:3: it is cut off');
  assert.match(
    outcome([installed('a', '1.0')], { managedBy: 'Debian' }),
    /^not-applicable: these are packages of Debian/,
  );
  assert.deepEqual(
    judge([place([])], {}).map(({ id }) => id),
    [`dependencies/advisories/${SOURCE.origin}`],
  );
});

test('what is no version is undecided where something is known against the package', () => {
  const findings = judge([place([installed('a', 'latest')])], { hits: { 'PyPI/a': [hit('CVE-1')] } });
  const found = only(findings, 'dependencies/vulnerability/');
  assert.equal(found.outcome, 'unknown');
  assert.match(found.reason ?? '', /latest is no version/);
});

test('advisories that are old, incomplete, missing or about other ecosystems are findings of their own', () => {
  const about = (known: Known): Finding => only(judge([], known), 'dependencies/advisories');
  assert.equal(about({}).outcome, 'pass');
  assert.match(about({ ageDays: 8 }).summary, /older than 7 days/);
  assert.equal(about({ source: { isComplete: false } }).outcome, 'fail');
  assert.deepEqual(
    [about({ source: { refused: 2 } }).outcome, about({ source: { refused: 2 } }).severity],
    ['fail', 'low'],
  );
  // A VEX document holds until a newer one says otherwise; whether an address has a newer one is for it to say.
  assert.equal(about({ ageDays: 800, source: { kind: 'vex' } }).outcome, 'pass');
  const address = { kind: 'vex', origin: 'https://example.org/vex.json' } as const;
  const aged = { ...knowledge({ source: address }), agesDays: { [address.origin]: 8 } };
  assert.match(only(judge([], {}, { knowledge: aged }), 'dependencies/advisories').summary, /older than 7 days/);
  const blind = judge([place([installed('a', '1.0')])], { uncovered: ['PyPI'] });
  assert.equal(only(blind, 'dependencies/ecosystem/PyPI').outcome, 'unknown');
  assert.ok(!blind.some(({ id }) => id.startsWith('dependencies/place')));
  const none = { knowledge: { kind: 'none', reason: 'There is no index.', hint: 'Make it.' } } as const;
  const findings = judge([place([installed('a', '1.0')])], {}, none);
  assert.deepEqual(
    findings.map(({ id, outcome }) => [id, outcome]),
    [['dependencies/advisories', 'unknown']],
  );
});

test('a source that the blueprint names and that was never read is unknown', () => {
  const sources = [SOURCE.origin, '/vex/acme.json', '/vex/acme.json'];
  const state = { places: [], problems: [], knowledge: knowledge({}) };
  const findings = judgeDependencies(state, dependenciesPolicy.parse({ sources }));
  assert.deepEqual(
    findings.map(({ id, outcome }) => [id, outcome]),
    [
      [`dependencies/advisories/${SOURCE.origin}`, 'pass'],
      ['dependencies/advisories//vex/acme.json', 'unknown'],
    ],
  );
  assert.match(JSON.stringify(findings[1]?.remedy), /freehold deps sync --from \/vex\/acme\.json/);
});

test('a folder that nobody may look into is unknown', () => {
  const problems = [{ where: { path: '/root' }, message: '/root could not be looked into' }];
  assert.equal(only(judge([], {}, { problems }), 'dependencies/unseen/root').outcome, 'unknown');
});

test('a package that lies in one place in several versions is a finding for each, and one for all copies of a version', () => {
  const copies = ['1.0', '1.5', '1.0'].map((version, index) => {
    return installed('a', `${version}.0`, { ecosystem: 'npm', key: `node_modules/x${String(index)}/node_modules/a` });
  });
  const findings = judge([place(copies)], { hits: { 'npm/a': [hit('GHSA-1', { fixed: '2.0.0' })] } });
  const ids = findings.map(({ id }) => id).filter((id) => id.startsWith('dependencies/vulnerability/'));
  assert.deepEqual(ids, [
    'dependencies/vulnerability/GHSA-1/npm/a@1.0.0/srv/app',
    'dependencies/vulnerability/GHSA-1/npm/a@1.5.0/srv/app',
  ]);
});

test('of a long way only its two ends are told', () => {
  const chain = Array.from({ length: 1000 }, (_, index) =>
    installed(`p${String(index)}`, '1.0', { isDirect: index === 0, requires: [`p${String(index + 1)}`] }),
  );
  const about = Object.fromEntries(chain.map(({ name }) => [`PyPI/${name}`, [hit('GHSA-1')]]));
  const findings = judge([place(chain)], { hits: about });
  const last = findings.find(({ id }) => id.includes('/p999/'));
  assert.match(JSON.stringify(last?.observed), /"why":\["p0","p1",.*"p998","p999"\]/);
  assert.ok((last?.summary.length ?? 0) < 1000);
});
