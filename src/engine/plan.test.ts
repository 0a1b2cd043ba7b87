import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { AuditedFinding, AuditReport } from '../core/audit.ts';
import type { Change } from '../core/change.ts';
import type { Remedy } from '../core/finding.ts';
import { tallyOf } from '../core/tally.ts';
import { openLocalHost } from '../host/local.ts';
import { makePlan } from './plan.ts';

const folder = mkdtempSync(join(tmpdir(), 'freehold-plan-'));
after(() => {
  rmSync(folder, { recursive: true });
});
const file = join(folder, 'x.conf');
const host = openLocalHost();

test('lines of one file become one step that shows what was there', async () => {
  writeFileSync(file, 'a = 0\n');
  const plan = await makePlan(
    report([failing('one', [lines(['a = 0'], 'a = 1')]), failing('two', [lines([], 'b = 1')])]),
    host,
  );
  assert.equal(plan.steps.length, 1);
  const [step] = plan.steps;
  assert.deepEqual(step?.findings, ['one', 'two']);
  assert.equal(step.before, 'a = 0\n');
  assert.equal(step.change.kind === 'file' && step.change.content, 'a = 1\nb = 1\n');
});

test('an equal change is made once, at its last place', async () => {
  const write = (key: string): Change => ({
    kind: 'sysctl',
    key,
    path: join(folder, key),
    value: '0',
    alsoChanges: [],
  });
  const plan = await makePlan(report([failing('one', [write('x')]), failing('two', [write('y'), write('x')])]), host);
  assert.deepEqual(
    plan.steps.map(({ change, findings }) => [change.kind === 'sysctl' && change.key, findings]),
    [
      ['y', ['two']],
      ['x', ['one', 'two']],
    ],
  );
});

test('a file that was made from another text than is there now is left alone', async () => {
  const write: Change = {
    kind: 'file',
    path: file,
    content: 'a = 1\n',
    madeFrom: hash('sha256', 'a = 0\n'),
    created: { mode: 0o644, owner: 'root', group: 'root' },
  };
  writeFileSync(file, 'a = 0\n');
  const plan = await makePlan(report([failing('edit', [write])]), host);
  assert.deepEqual(
    plan.steps.map(({ before }) => before),
    ['a = 0\n'],
  );
  writeFileSync(file, "a = 0\n# somebody's\n");
  const late = await makePlan(report([failing('edit', [write])]), host);
  assert.deepEqual(late.steps, []);
  assert.deepEqual(late.leftOut, [
    { finding: 'edit', reason: `${file} was changed while this plan was made: make it again` },
  ]);
});

test('what only a person can do, and what can’t be read, is left out with the reason', async () => {
  const manual: Remedy = { kind: 'manual', instruction: 'Ask the vendor.' };
  writeFileSync(file, Buffer.from([0xff, 0xfe, 0x00]));
  const plan = await makePlan(report([failing('binary', [lines([], 'a = 1')]), finding('by-hand', manual)]), host);
  assert.deepEqual(plan.steps, []);
  assert.deepEqual(
    plan.leftOut.map(({ finding: id }) => id),
    ['binary', 'by-hand'],
  );
  assert.match(plan.leftOut[0]?.reason ?? '', /not UTF-8/);
});

test('what passes, is waived or unknown is not touched', async () => {
  const remedy: Remedy = { kind: 'changes', changes: [lines([], 'a = 1')] };
  const others = (['pass', 'waived', 'unknown', 'not-applicable'] as const).map((outcome) => ({
    ...finding(outcome, remedy),
    outcome,
  }));
  const plan = await makePlan(report(others), host);
  assert.deepEqual([plan.steps, plan.leftOut], [[], []]);
});

function lines(remove: readonly string[], add: string): Change {
  return {
    kind: 'lines',
    path: file,
    remove,
    add: [add],
    header: [],
    created: { mode: 0o644, owner: 'root', group: 'root' },
  };
}

function failing(id: string, changes: readonly Change[]): AuditedFinding {
  return finding(id, { kind: 'changes', changes });
}

function finding(id: string, remedy: Remedy): AuditedFinding {
  const texts = { title: id, summary: id, why: id };
  return {
    id,
    domain: 'kernel',
    outcome: 'fail',
    severity: 'high',
    ...texts,
    expected: null,
    observed: null,
    references: [],
    remedy,
  };
}

function report(findings: readonly AuditedFinding[]): AuditReport {
  return {
    format: 'freehold.audit/1',
    tool: { name: 'freehold', version: '0.0.0' },
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1,
    host: host.facts,
    blueprint: { name: 'b', path: 'b.yaml', extends: [], digest: 'sha256:0' },
    domains: [],
    findings,
    summary: tallyOf(findings),
  };
}
