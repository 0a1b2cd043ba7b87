/** One transaction a machine at a time, however many come at once and whatever the last one left behind. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { PlannedChange } from '../../src/core/plan.ts';
import { apply } from '../../src/engine/apply.ts';
import { listRuns } from '../../src/engine/runs.ts';
import { hostIn, Namespace, planOf, Scene, whyNoMachine } from './machine.ts';

const ROUNDS = 6;
const AT_ONCE = 6;
const skip = whyNoMachine();
const [namespace] = skip === false ? [new Namespace()] : [];
before(() => namespace?.ready());
after(() => {
  namespace?.close();
});

/** Writes a line when it begins and one when it ends: two that overlap leave two beginnings in a row. */
function witness(log: string): PlannedChange {
  const script = 'echo begin >>"$1"; sleep 0.05; echo end >>"$1"';
  return { kind: 'command', title: 'witness', run: ['sh', '-c', script, 'sh', log], undo: null, touches: [] };
}

test('of many that find a stale lock at once, never two work at the same time', { skip }, async () => {
  assert.ok(namespace !== undefined);
  const scene = new Scene();
  try {
    const host = hostIn(namespace);
    const log = join(scene.folder, 'log');
    let applied = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      leaveStaleLock(scene);
      const attempts = Array.from({ length: AT_ONCE }, () =>
        apply(host, planOf([witness(log)]), { ...scene.place(), now: new Date() }),
      );
      const kinds = (await Promise.all(attempts)).map(({ kind }) => kind);
      assert.deepEqual(
        kinds.filter((kind) => kind !== 'applied' && kind !== 'locked'),
        [],
      );
      assert.ok(kinds.includes('applied'), 'a stale lock must not stop everybody');
      applied += kinds.filter((kind) => kind === 'applied').length;
    }
    assert.equal(readFileSync(log, 'utf8'), 'begin\nend\n'.repeat(applied));
    assert.equal((await listRuns(host, scene.place())).length, applied);
    assert.ok(!existsSync(join(scene.state, 'lock')));
  } finally {
    scene.remove();
  }
});

/** The process that it names lives, but it began at another time. */
function leaveStaleLock(scene: Scene): void {
  mkdirSync(scene.state, { recursive: true });
  writeFileSync(join(scene.state, 'lock'), '1 1 another-boot\n');
}
