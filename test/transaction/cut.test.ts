/**
 * Ends a transaction with SIGKILL at every call of a program that it makes, which is finer than every step, and looks what
 * is left: the old state, the new one, or an unfinished run that can be taken back, by Freehold or by hand, or resumed.
 */
import assert from 'node:assert/strict';
import process from 'node:process';
import { after, before, test } from 'node:test';
import type { RunState } from '../../src/core/run.ts';
import { apply } from '../../src/engine/apply.ts';
import { resume, rollback } from '../../src/engine/rollback.ts';
import { listRuns } from '../../src/engine/runs.ts';
import type { Host } from '../../src/host/host.ts';
import { hostIn, Namespace, planOf, Scene, sceneChanges, WATCHED, whyNoMachine } from './machine.ts';

const skip = whyNoMachine();
/** `npm test` looks at every n-th cut; .ci/run sets FREEHOLD_CUT_STRIDE=1 and looks at all. */
const stride = Number(process.env['FREEHOLD_CUT_STRIDE'] ?? '18');
/** Each of these has a whole run before it. */
const undoStride = stride === 1 ? 1 : 2 * stride;
const LEAST_CUTS = 60;
const LIMIT_MS = 60_000;
const NEVER = -1;

const [namespace] = skip === false ? [new Namespace()] : [];
before(() => namespace?.ready());
after(() => {
  namespace?.close();
});

test(
  `SIGKILL at every ${stride === 1 ? '' : `${String(stride)}th `}program call of a transaction`,
  { skip },
  async () => {
    assert.ok(namespace !== undefined);
    const host = hostIn(namespace);
    const whole = await measureWhole(host, namespace);
    assert.ok(whole.calls >= LEAST_CUTS, `only ${String(whole.calls)} places to cut at`);
    const seen = { old: 0, new: 0, unfinished: 0 };
    for (let at = 1 + (Date.now() % stride); at <= whole.calls; at += stride) {
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

interface Whole {
  readonly calls: number;
  readonly undoCalls: number;
  readonly old: string;
  readonly new: string;
}

async function measureWhole(host: Host, space: Namespace): Promise<Whole> {
  const scene = new Scene();
  try {
    const old = scene.snapshot(space, WATCHED);
    const place = scene.cutAt(NEVER);
    assert.equal((await apply(host, planOf(sceneChanges(scene.etc)), { ...place, now: new Date() })).kind, 'applied');
    const calls = scene.callCount();
    const now = scene.snapshot(space, WATCHED);
    assert.equal((await rollback(host, 'last', { ...scene.place(), force: false })).kind, 'undone');
    return { calls, undoCalls: scene.callCount() - calls, old, new: now };
  } finally {
    scene.remove();
  }
}

interface Cut {
  readonly scene: Scene;
  readonly host: Host;
  readonly namespace: Namespace;
  readonly at: number;
  readonly whole: Whole;
}

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
  const way = Math.floor(at / stride) % 3;
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
