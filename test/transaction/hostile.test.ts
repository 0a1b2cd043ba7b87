/** Machines on which a change can't be made: a full disk, a folder that is read-only, privileges that are gone. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { apply, requireChangeable } from '../../src/engine/apply.ts';
import { FreeholdError } from '../../src/core/error.ts';
import { listRuns } from '../../src/engine/runs.ts';
import { openLocalHost } from '../../src/host/local.ts';
import {
  created,
  hostIn,
  Namespace,
  planOf,
  Scene,
  sceneChanges,
  sysctl,
  SYSCTLS,
  WATCHED,
  whyNoMachine,
} from './machine.ts';

const skip = whyNoMachine();
const PAGE_BYTES = 4096;
const [namespace] = skip === false ? [new Namespace()] : [];
before(() => namespace?.ready());
after(() => {
  namespace?.close();
});

async function inScene(work: (scene: Scene, space: Namespace) => Promise<void>): Promise<void> {
  assert.ok(namespace !== undefined);
  const scene = new Scene();
  try {
    await work(scene, namespace);
  } finally {
    spawnSync('umount', ['-q', scene.etc, scene.state]);
    scene.remove();
  }
}

function mountSmall(path: string, pages: number): void {
  mkdirSync(path, { recursive: true });
  const result = spawnSync('mount', [
    '-t',
    'tmpfs',
    '-o',
    `size=${String(pages * PAGE_BYTES)},mode=755`,
    'tmpfs',
    path,
  ]);
  assert.equal(result.status, 0, result.stderr.toString());
}

const ROOMY_PAGES = 80;
for (const pages of [1, 8, 16, 24, 28, 32, 36, 40, 44, 48, 52, ROOMY_PAGES]) {
  test(`a disk with room for ${String(pages)} pages keeps no run half written`, { skip }, () =>
    inScene(async (scene, space) => {
      mountSmall(scene.state, pages);
      const old = scene.snapshot(space, WATCHED);
      const result = await apply(hostIn(space), planOf(sceneChanges(scene.etc)), { ...scene.place(), now: new Date() });
      if (pages === ROOMY_PAGES) assert.equal(result.kind, 'applied', JSON.stringify(result));
      if (result.kind === 'applied') {
        assert.equal((await listRuns(hostIn(space), scene.place()))[0]?.state, 'applied');
        return;
      }
      assert.ok(result.kind === 'refused' || result.kind === 'failed-and-undone', JSON.stringify(result));
      assert.equal(scene.snapshot(space, WATCHED), old);
    }),
  );
}

test('no room where a file should go: everything goes back', { skip }, () =>
  inScene(async (scene, space) => {
    const full = join(scene.etc, 'full');
    mountSmall(full, 2);
    try {
      const old = scene.snapshot(space, WATCHED);
      const big = { kind: 'file', path: join(full, 'big.conf'), content: 'x'.repeat(PAGE_BYTES * 4), created } as const;
      const plan = planOf([...sceneChanges(scene.etc), big]);
      const result = await apply(hostIn(space), plan, { ...scene.place(), now: new Date() });
      assert.equal(result.kind, 'failed-and-undone', JSON.stringify(result));
      assert.equal(scene.snapshot(space, WATCHED), old);
    } finally {
      spawnSync('umount', [full]);
    }
  }),
);

test('a read-only folder: everything before it goes back', { skip }, () =>
  inScene(async (scene, space) => {
    const locked = join(scene.etc, 'locked');
    mountSmall(locked, 4);
    spawnSync('mount', ['-o', 'remount,ro', locked]);
    try {
      const old = scene.snapshot(space, WATCHED);
      const file = { kind: 'file', path: join(locked, 'x.conf'), content: 'x\n', created } as const;
      const result = await apply(hostIn(space), planOf([...SYSCTLS.map(sysctl), file]), {
        ...scene.place(),
        now: new Date(),
      });
      assert.equal(result.kind, 'failed-and-undone', JSON.stringify(result));
      assert.equal(scene.snapshot(space, WATCHED), old);
    } finally {
      spawnSync('umount', [locked]);
    }
  }),
);

const LOST_CAPABILITIES = [
  // What is there can't be kept with its owner, so nothing is begun.
  { drop: '-chown,-fowner,-dac_override', kind: 'refused', problem: /odd\.conf could not be kept/ },
  { drop: '-net_admin', kind: 'failed-and-undone', problem: /the kernel did not take 1 for .*ip_forward/ },
] as const;

for (const { drop, kind, problem } of LOST_CAPABILITIES) {
  test(`root without ${drop}: ${kind}, and the old state stands`, { skip }, () =>
    inScene(async (scene, space) => {
      const old = scene.snapshot(space, WATCHED);
      const weak = hostIn(space, ['setpriv', '--bounding-set', drop, '--inh-caps', drop]);
      const result = await apply(weak, planOf(sceneChanges(scene.etc)), { ...scene.place(), now: new Date() });
      assert.equal(result.kind, kind, JSON.stringify(result));
      assert.match('problems' in result ? result.problems.join('\n') : '', problem);
      assert.equal(scene.snapshot(space, WATCHED), old);
    }),
  );
}

test('root no longer: refused before anything is written, by us or by the machine', { skip }, () =>
  inScene(async (scene, space) => {
    const old = scene.snapshot(space, WATCHED);
    const nobody = hostIn(space, ['setpriv', '--reuid', 'nobody', '--clear-groups']);
    const result = await apply(nobody, planOf(sceneChanges(scene.etc)), { ...scene.place(), now: new Date() });
    assert.equal(result.kind, 'refused', JSON.stringify(result));
    assert.equal(scene.snapshot(space, WATCHED), old);
    const local = openLocalHost();
    const plain = { ...local, facts: { ...local.facts, isRoot: false } };
    assert.throws(
      () => {
        requireChangeable(plain, 'apply', { needsRoot: true });
      },
      (error) => error instanceof FreeholdError && error.exitCode === 3,
    );
  }),
);
