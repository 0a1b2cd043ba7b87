import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyFinding } from '../../src/core/lint-report.ts';
import { renderLint } from '../../src/report/lint/terminal.ts';

const FINDING: PolicyFinding = {
  id: 'confinement/lint/write-and-execute',
  severity: 'high',
  profile: 'a',
  where: { path: '/etc/apparmor.d/abstractions/x', line: 3 },
  includedFrom: [{ path: '/etc/apparmor.d/a', line: 1 }],
  subject: '/x rwix,',
  what: 'allows to write /x and to execute it',
  why: 'Because.',
  safer: 'Narrow it.',
  references: [],
};

function rendered(...findings: readonly PolicyFinding[]): string {
  const tool = { name: 'freehold', version: '0.0.0' } as const;
  const report = { format: 'freehold.lint/1', tool, files: [], profiles: findings.length, findings } as const;
  return renderLint(report, { color: false, width: 80 });
}

test('what several profiles include is said once, with their names; another place or path is said by itself', () => {
  const names = ['a', 'b', 'c', 'd', 'e', 'f'];
  const page = rendered(...names.map((profile) => ({ ...FINDING, profile })));
  assert.equal(page.split('/x rwix,').length, 2);
  assert.match(page, /In 6 profiles: a, b, c, d, and 2 more\./);
  assert.match(page, /6 profiles: 6 high\n$/);
  const two = rendered(FINDING, { ...FINDING, profile: 'b', what: 'allows to write /y and to execute it' });
  assert.equal(two.split('/x rwix,').length, 3);
  assert.doesNotMatch(two, /In 2 profiles/);
});

test('what is waived in one profile and not in another is said of both', () => {
  const page = rendered(FINDING, { ...FINDING, profile: 'b', waived: 'it is meant' });
  assert.match(page, /Safer: Narrow it\./);
  assert.match(page, /Accepted: it is meant/);
  assert.match(page, /1 high, 1 waived/);
});
