import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Plan, PlannedChange } from '../../core/plan.ts';
import { compileTransaction } from './compile.ts';
import { newRunId, isRunId, placeOf } from './place.ts';

const folder = mkdtempSync(join(tmpdir(), 'freehold-compile-'));
after(() => {
  rmSync(folder, { recursive: true });
});

const created = { mode: 0o644, owner: 'root', group: 'root' } as const;
const HOSTILE = `it's $(touch x) \`id\`\n"\\`;
const CHANGES: readonly PlannedChange[] = [
  { kind: 'file', path: `/etc/${HOSTILE.replace('\n', '')}`, content: HOSTILE, created },
  { kind: 'file', path: '/etc/gone', content: null, created },
  {
    kind: 'sysctl',
    key: 'kernel.core_pattern',
    path: '/proc/sys/kernel/core_pattern',
    value: HOSTILE,
    alsoChanges: [],
  },
  {
    kind: 'sysctl',
    key: 'a.b',
    path: '/proc/sys/a/b',
    value: '1',
    alsoChanges: ['/proc/sys/*/b'],
    irreversible: 'stays',
  },
  { kind: 'unit', name: `x@${HOSTILE}.service`, action: 'mask' },
  { kind: 'package', name: HOSTILE, action: 'install', version: '1:2' },
  { kind: 'command', title: HOSTILE, run: ['true', HOSTILE], undo: ['false'], unless: ['false'], touches: ['/etc/x'] },
];

/** Lets the script lay down the run's folder; what it would become is `true` instead of a shell. */
function deliver(): Readonly<Record<string, string>> {
  const steps = CHANGES.map((change) => ({ change, findings: [HOSTILE], before: null }));
  const plan: Plan = { format: 'freehold.plan/1', host: HOSTILE, blueprint: HOSTILE, steps, leftOut: [] };
  const place = placeOf(newRunId(new Date()), { stateDirectory: join(folder, 'state'), shell: ['true'] });
  const { status, stderr } = spawnSync('sh', ['-s'], { cwd: folder, input: compileTransaction(plan, place) });
  assert.equal(status, 0, stderr.toString());
  const run = join(folder, 'state', 'runs', place.id);
  const names = ['apply.sh', 'undo.sh', 'plan.json', 'after/0001'];
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(run, name), 'utf8')]));
}

test('whatever the data, the scripts parse, hold it unchanged, and run nothing of it', () => {
  const files = deliver();
  assert.equal(files['after/0001'], HOSTILE);
  for (const name of ['apply.sh', 'undo.sh']) {
    for (const shell of ['sh', 'bash']) {
      assert.equal(spawnSync(shell, ['-n'], { input: files[name] ?? '' }).status, 0, `${name} ${shell}`);
    }
  }
  assert.deepEqual(readdirSync(folder), ['state']);
});

test('shellcheck finds nothing in the scripts', { skip: shellcheckMissing() }, () => {
  const files = deliver();
  for (const name of ['apply.sh', 'undo.sh']) {
    const checked = spawnSync('shellcheck', ['-s', 'sh', '-e', 'SC1003,SC2034,SC2154,SC2317,SC2016', '-'], {
      input: files[name] ?? '',
    });
    assert.equal(checked.status, 0, checked.stdout.toString());
  }
});

test('ids of runs sort by time', () => {
  const [earlier, later] = [newRunId(new Date('2026-01-02T03:04:05Z')), newRunId(new Date('2026-01-02T03:04:06Z'))];
  assert.ok(isRunId(earlier) && earlier < later);
  assert.ok(!isRunId('../../etc'));
});

function shellcheckMissing(): string | false {
  return spawnSync('shellcheck', ['--version']).status === 0 ? false : 'LEFT OUT: no shellcheck(1)';
}
