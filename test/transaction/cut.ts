/** A transaction that is ended with SIGKILL at a call of a program that it makes, which is finer than every step. */
import assert from 'node:assert/strict';
import process from 'node:process';
import { apply } from '../../src/engine/apply.ts';
import { rollback } from '../../src/engine/rollback.ts';
import type { Host } from '../../src/host/host.ts';
import { type Namespace, planOf, Scene, sceneChanges, WATCHED } from './machine.ts';

/** `npm test` looks at every n-th cut; .ci/run at every third; FREEHOLD_CUT_STRIDE=1 looks at all. */
export const STRIDE = Number(process.env['FREEHOLD_CUT_STRIDE'] ?? '18');
/** Fewer would mean that cuts aren't made where they should be. */
export const LEAST_CUTS = 60;
/** No call of a program is the one that is cut. */
export const NEVER = -1;

export interface Whole {
  readonly calls: number;
  readonly undoCalls: number;
  readonly old: string;
  readonly new: string;
}

export async function measureWhole(host: Host, space: Namespace): Promise<Whole> {
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

export interface Cut {
  readonly scene: Scene;
  readonly host: Host;
  readonly namespace: Namespace;
  readonly at: number;
  readonly whole: Whole;
}
