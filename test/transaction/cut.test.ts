/**
 * Ends a transaction at every call of a program, and looks what is left: the old state, the new one, or an unfinished run that can be
 * taken back, by Freehold or by hand, or resumed.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { apply } from '../../src/engine/apply.ts';
import { resume, rollback } from '../../src/engine/rollback.ts';
import { listRuns } from '../../src/engine/runs.ts';
import { type Cut, LEAST_CUTS, measureWhole, STRIDE } from './cut.ts';
import { hostIn, Namespace, planOf, Scene, sceneChanges, WATCHED, whyNoMachine } from './machine.ts';

const skip = whyNoMachine();
const LIMIT_MS = 60_000;

const [namespace] = skip === false ? [new Namespace()] : [];
before(() => namespace?.ready());
after(() => {
  namespace?.close();
});

test(
  `SIGKILL at every ${STRIDE === 1 ? '' : `${String(STRIDE)}th `}program call of a transaction`,
  { skip },
  async () => {
    assert.ok(namespace !== undefined);
    const host = hostIn(namespace);
    const whole = await measureWhole(host, namespace);
    assert.ok(whole.calls >= LEAST_CUTS, `only ${String(whole.calls)} places to cut at`);
    const seen = { old: 0, new: 0, unfinished: 0 };
    for (let at = 1 + (Date.now() % STRIDE); at <= whole.calls; at += STRIDE) {
      const scene = new Scene();
      try {
        const kind = await cutAndCheck({ scene, host, namespace, at, whole });
        seen[kind] += 1;
      } finally {
        scene.remove();
      }
    }
    assert.ok(seen.old > 0 && seen.unfinished > 0, JSON.stringify(seen));
  },
);

async function cutAndCheck(cut: Cut): Promise<'old' | 'new' | 'unfinished'> {
  const { scene, host, namespace: space, at, whole } = cut;
  await apply(host, planOf(sceneChanges(scene.etc)), { ...scene.cutAt(at), now: new Date() });
  const left = scene.snapshot(space, WATCHED);
  const [run] = await listRuns(host, scene.place());
  const where = `cut at call ${String(at)}, run ${run?.state ?? 'none'}`;
  if (run === undefined || run.state === 'not-started') {
    assert.equal(left, whole.old, where);
    return 'old';
  }
  if (run.state === 'unfinished') {
    const again = await apply(host, planOf(sceneChanges(scene.etc)), { ...scene.place(), now: new Date() });
    assert.deepEqual(again, { kind: 'unfinished', runId: run.id }, where);
    await mend(cut, run.undoScript, where);
  } else {
    assert.equal(left, whole.new, where);
    assert.equal((await rollback(host, 'last', { ...scene.place(), force: false })).kind, 'undone', where);
  }
  assert.equal(scene.snapshot(space, WATCHED), whole.old, where);
  return run.state === 'unfinished' ? 'unfinished' : 'new';
}

/** In turn: by the command, by hand, and by finishing the run before it is taken back. */
async function mend(
  { scene, host, namespace: space, at, whole }: Cut,
  undoScript: string,
  where: string,
): Promise<void> {
  const way = Math.floor(at / STRIDE) % 3;
  if (way === 0) {
    const byHand = await host.run(['sh', undoScript], { timeoutMs: LIMIT_MS });
    assert.ok(byHand.kind === 'exited' && byHand.code === 0, where);
    return;
  }
  if (way === 1) {
    assert.equal((await resume(host, 'last', scene.place())).kind, 'applied', where);
    assert.equal(scene.snapshot(space, WATCHED), whole.new, where);
  }
  assert.equal((await rollback(host, 'last', { ...scene.place(), force: false })).kind, 'undone', where);
}
