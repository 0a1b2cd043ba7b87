import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditedFinding, AuditReport } from '../core/audit.ts';
import type { Plan } from '../core/plan.ts';
import { tallyOf } from '../core/tally.ts';
import { openLocalHost } from '../host/local.ts';
import { withoutIrreversible } from './apply.ts';
import { verify } from './verify.ts';

const facts = openLocalHost().facts;
const created = { mode: 0o644, owner: 'root', group: 'root' } as const;

test('a finding is mended only if the second audit says so; what only waits for the reboot is told apart', () => {
  const before = report([finding('a', 'fail'), finding('b', 'fail'), finding('c', 'fail'), finding('d', 'pass')]);
  const after = report([
    finding('a', 'pass'),
    finding('b', 'unknown'),
    { ...finding('c', 'fail'), remedy: { kind: 'reboot' } },
    finding('d', 'fail'),
  ]);
  const result = verify(plan(['a', 'b', 'c']), before, after);
  assert.deepEqual(result.mended, ['a']);
  assert.deepEqual(ids(result.notMended), ['b']);
  assert.deepEqual(ids(result.awaitingReboot), ['c']);
  assert.deepEqual(ids(result.spoiled), ['d']);
});

test('what a reboot alone takes back is left out unless it is allowed, and is then no failure of the run', () => {
  const once = {
    kind: 'sysctl',
    key: 'k',
    path: '/proc/sys/k',
    value: '1',
    alsoChanges: [],
    irreversible: 'for good',
  } as const;
  const whole = plan(['a']);
  const withOnce = { ...whole, steps: [...whole.steps, { change: once, findings: ['a'], before: '0' }] };
  const kept = withoutIrreversible(withOnce);
  assert.deepEqual(kept.steps, whole.steps);
  assert.match(kept.leftOut[0]?.reason ?? '', /for good.*--allow-irreversible/);
  const still = report([finding('a', 'fail')]);
  assert.deepEqual(ids(verify(kept, still, still).notMended), []);
});

function plan(findings: readonly string[]): Plan {
  const change = { kind: 'file', path: '/etc/x', content: 'x', created } as const;
  return {
    format: 'freehold.plan/1',
    host: 'h',
    blueprint: 'b',
    steps: [{ change, findings, before: null }],
    leftOut: [],
  };
}

function finding(id: string, outcome: AuditedFinding['outcome']): AuditedFinding {
  const texts = { title: id, summary: id, why: id };
  return { id, domain: 'd', outcome, severity: 'low', ...texts, expected: null, observed: null, references: [] };
}

function report(findings: readonly AuditedFinding[]): AuditReport {
  return {
    format: 'freehold.audit/1',
    tool: { name: 'freehold', version: '0' },
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1,
    host: facts,
    blueprint: { name: 'b', path: 'b', extends: [], digest: 'sha256:0' },
    domains: [],
    findings,
    summary: tallyOf(findings),
  };
}

function ids(findings: readonly AuditedFinding[]): readonly string[] {
  return findings.map(({ id }) => id);
}
