import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import type { Blueprint } from '../blueprint/index.ts';
import type { AnyControl } from '../core/control.ts';
import type { Finding } from '../core/finding.ts';
import { openLocalHost } from '../host/local.ts';
import { audit } from './audit.ts';
import { exitCodeOf } from './threshold.ts';

const host = openLocalHost();
const startedAt = new Date('2026-11-23T12:00:00Z');

test('a domain that throws is reported as unknown, the others all the same, and the exit code is 3', async () => {
  const report = await audit({
    host,
    blueprint: blueprint(['a', 'b']),
    controls: [control('b', []), broken('a')],
    version: '1',
    startedAt,
  });
  assert.deepEqual(
    report.findings.map(({ id, outcome, reason }) => [id, outcome, reason]),
    [['a/error', 'unknown', 'no luck']],
  );
  assert.deepEqual(
    report.domains.map(({ id, error }) => [id, error]),
    [
      ['b', undefined],
      ['a', 'no luck'],
    ],
  );
  assert.equal(exitCodeOf(report, 'never'), 3);
});

test('only domains that the blueprint has a section for are audited', async () => {
  const report = await audit({
    host,
    blueprint: blueprint(['b']),
    controls: [broken('a'), control('b', [])],
    version: '1',
    startedAt,
  });
  assert.deepEqual(
    report.domains.map(({ id }) => id),
    ['b'],
  );
});

test('a waiver covers what it names until its last day; then it is a finding itself', async () => {
  const waivers = [
    { finding: 'b/one', reason: 'r', owner: 'o', expires: '2026-11-23' },
    { finding: 'b/two', reason: 'r', owner: 'o', expires: '2026-11-22' },
  ];
  const controls = [control('b', [finding('b/one'), finding('b/two')])];
  const report = await audit({ host, blueprint: { ...blueprint(['b']), waivers }, controls, version: '1', startedAt });
  const outcomes = report.findings.map(({ id, outcome }) => `${id} ${outcome}`);
  assert.deepEqual(outcomes.slice(0, 2), ['b/one waived', 'b/two fail']);
  assert.match(outcomes[2] ?? '', /^waivers\/expired\/.* fail$/);
  assert.deepEqual([report.summary.outcomes.waived, report.summary.outcomes.fail], [1, 2]);
});

test('the threshold decides between 0 and 1', async () => {
  const report = await audit({
    host,
    blueprint: blueprint(['b']),
    controls: [control('b', [finding('b/one')])],
    version: '1',
    startedAt,
  });
  assert.deepEqual(
    (['low', 'medium', 'high', 'never'] as const).map((failOn) => exitCodeOf(report, failOn)),
    [1, 1, 0, 0],
  );
});

function control(id: string, findings: Finding[]): AnyControl {
  return {
    id,
    title: id,
    policy: z.unknown(),
    observe: () => Promise.resolve(null),
    observeAll: () => Promise.resolve(),
    judge: () => findings,
    explain: () => undefined,
    topics: () => [],
  };
}

function broken(id: string): AnyControl {
  return { ...control(id, []), observe: () => Promise.reject(new Error('no luck')) };
}

function finding(id: string): Finding {
  const texts = { title: id, summary: id, why: id };
  return { id, outcome: 'fail', severity: 'medium', ...texts, expected: null, observed: null, references: [] };
}

function blueprint(sections: readonly string[]): Blueprint {
  return {
    name: 'b',
    path: 'b.yaml',
    extends: [],
    policies: new Map(sections.map((id) => [id, {}])),
    waivers: [],
    digest: 'sha256:0',
    originOf: () => undefined,
  };
}
