/** Ends going back from a transaction at every call of a program: it can be started again, and comes to the old state. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunState } from '../../src/core/run.ts';
import { apply } from '../../src/engine/apply.ts';
import { rollback } from '../../src/engine/rollback.ts';
import { listRuns } from '../../src/engine/runs.ts';
import { type Cut, LEAST_CUTS, measureWhole, NEVER, STRIDE } from './cut.ts';
import { hostIn, Namespace, planOf, Scene, sceneChanges, WATCHED, whyNoMachine } from './machine.ts';

const skip = whyNoMachine();
/** Each of these has a whole run before it. */
const undoStride = STRIDE === 1 ? 1 : 2 * STRIDE;

const [namespace] = skip === false ? [new Namespace()] : [];
before(() => namespace?.ready());
after(() => {
  namespace?.close();
});

test(
  `SIGKILL at every ${undoStride === 1 ? '' : `${String(undoStride)}th `}program call while a run is taken back`,
  { skip },
  async () => {
    assert.ok(namespace !== undefined);
    const host = hostIn(namespace);
    const whole = await measureWhole(host, namespace);
    assert.ok(whole.undoCalls >= LEAST_CUTS, `only ${String(whole.undoCalls)} places to cut at`);
    const seen = { undone: 0, applied: 0, unfinished: 0, unconfirmed: 0, 'not-started': 0 };
    for (let at = 1 + (Date.now() % undoStride); at <= whole.undoCalls; at += undoStride) {
      const scene = new Scene();
      try {
        const kind = await cutUndoAndCheck({ scene, host, namespace, at, whole });
        seen[kind] += 1;
      } finally {
        scene.remove();
      }
    }
    assert.ok(seen.unfinished > 0, JSON.stringify(seen));
  },
);

async function cutUndoAndCheck(cut: Cut): Promise<RunState> {
  const { scene, host, namespace: space, at, whole } = cut;
  const plan = planOf(sceneChanges(scene.etc));
  const applied = await apply(host, plan, { ...scene.cutAt(NEVER), now: new Date() });
  assert.equal(applied.kind, 'applied');
  scene.cutAt(at);
  await rollback(host, 'last', { ...scene.place(), force: false });
  scene.cutAt(NEVER);
  const left = scene.snapshot(space, WATCHED);
  const [run] = await listRuns(host, scene.place());
  const where = `undo cut at call ${String(at)}, run ${run?.state ?? 'none'}`;
  assert.ok(run !== undefined && run.state !== 'not-started', where);
  if (run.state === 'undone') assert.equal(left, whole.old, where);
  if (run.state === 'applied') assert.equal(left, whole.new, where);
  if (run.state !== 'undone') {
    const again = await rollback(host, 'last', { ...scene.place(), force: false });
    assert.equal(again.kind, 'undone', `${where} ${JSON.stringify(again)}`);
  }
  assert.equal(scene.snapshot(space, WATCHED), whole.old, where);
  return run.state;
}
