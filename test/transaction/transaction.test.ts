import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  lchownSync,
  linkSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedChange } from '../../src/core/plan.ts';
import { apply } from '../../src/engine/apply.ts';
import { rollback } from '../../src/engine/rollback.ts';
import { listRuns } from '../../src/engine/runs.ts';
import { created, hostIn, Namespace, planOf, Scene, sceneChanges, sysctl, WATCHED, whyNoMachine } from './machine.ts';

const LIMIT_MS = 60_000;
const skip = whyNoMachine();
const namespaces: Namespace[] = [];
const scenes: Scene[] = [];
before(async () => {
  if (skip !== false) return;
  namespaces.push(new Namespace());
  await Promise.all(namespaces.map((one) => one.ready()));
});
after(() => {
  for (const one of namespaces) one.close();
  for (const one of scenes) one.remove();
});

function setUp(): { scene: Scene; namespace: Namespace } {
  const scene = new Scene();
  scenes.push(scene);
  const [namespace] = namespaces;
  assert.ok(namespace !== undefined);
  return { scene, namespace };
}

function plant(scene: Scene, name: string, make: (path: string) => void): string {
  const path = join(scene.etc, name);
  make(path);
  return path;
}

function shellMissing(shell: readonly string[]): string | false {
  const [program = '', ...rest] = shell;
  return spawnSync(program, [...rest, '-c', ':']).status === 0 ? false : `LEFT OUT: no ${program} here`;
}

for (const shell of [['dash'], ['bash'], ['busybox', 'sh']] as const) {
  test(
    `applies everything and takes everything back under ${shell.join(' ')}`,
    { skip: skip === false ? shellMissing(shell) : skip },
    async () => {
      const { scene, namespace } = setUp();
      const host = hostIn(namespace);
      const old = scene.snapshot(namespace, WATCHED);
      const result = await apply(host, planOf(sceneChanges(scene.etc)), { ...scene.place({ shell }), now: new Date() });
      assert.equal(result.kind, 'applied', JSON.stringify(result));
      const now = scene.snapshot(namespace, WATCHED);
      assert.match(now, /generated\.conf/);
      assert.match(now, /odd\.conf 100606 1:2 user\.freehold="it's kept" +"new content\\n"/);
      assert.doesNotMatch(now, /gone\.conf/);
      assert.deepEqual(
        (await listRuns(host, scene.place())).map((run) => [run.state, run.steps, run.done]),
        [['applied', 11, 11]],
      );
      const undone = await rollback(host, 'last', { ...scene.place({ shell }), force: false });
      assert.equal(undone.kind, 'undone', JSON.stringify(undone));
      assert.equal(scene.snapshot(namespace, WATCHED), old);
    },
  );
}

test('a step that fails takes everything back by itself and says what the kernel said', { skip }, async () => {
  const { scene, namespace } = setUp();
  const host = hostIn(namespace);
  const old = scene.snapshot(namespace, WATCHED);
  const bad = sysctl(['net.ipv4.ip_local_port_range', 'nonsense', []]);
  const plan = planOf([...sceneChanges(scene.etc), bad]);
  const result = await apply(host, plan, { ...scene.place(), now: new Date() });
  assert.ok(result.kind === 'failed-and-undone', JSON.stringify(result));
  assert.match(result.problems.join('\n'), /the kernel did not take nonsense for .*ip_local_port_range/);
  assert.equal(scene.snapshot(namespace, WATCHED), old);
  assert.equal((await listRuns(host, scene.place()))[0]?.state, 'undone');
});

test('undo.sh goes back by hand, and a second time does nothing', { skip }, async () => {
  const { scene, namespace } = setUp();
  const host = hostIn(namespace);
  const old = scene.snapshot(namespace, WATCHED);
  await apply(host, planOf(sceneChanges(scene.etc)), { ...scene.place(), now: new Date() });
  const script = (await listRuns(host, scene.place()))[0]?.undoScript ?? '';
  for (const turn of ['first', 'second']) {
    const byHand = await host.run(['sh', script], { timeoutMs: LIMIT_MS });
    assert.ok(byHand.kind === 'exited' && byHand.code === 0, turn);
    assert.equal(scene.snapshot(namespace, WATCHED), old, turn);
  }
});

test(
  'what somebody else changed since is not lost: nothing goes back without force, and force keeps it',
  { skip },
  async () => {
    const { scene, namespace } = setUp();
    const host = hostIn(namespace);
    const old = scene.snapshot(namespace, WATCHED);
    const applied = await apply(host, planOf(sceneChanges(scene.etc)), { ...scene.place(), now: new Date() });
    assert.ok(applied.kind === 'applied');
    writeFileSync(join(scene.etc, 'odd.conf'), 'by hand\n');
    namespace.write('/proc/sys/net/ipv4/tcp_syncookies', '0');
    const before = scene.snapshot(namespace, WATCHED);
    const refused = await rollback(host, 'last', { ...scene.place(), force: false });
    assert.ok(refused.kind === 'conflicts', JSON.stringify(refused));
    assert.deepEqual([...refused.paths].sort(), ['/proc/sys/net/ipv4/tcp_syncookies', join(scene.etc, 'odd.conf')]);
    assert.equal(scene.snapshot(namespace, WATCHED), before);
    const forced = await rollback(host, 'last', { ...scene.place(), force: true });
    assert.equal(forced.kind, 'undone', JSON.stringify(forced));
    assert.equal(scene.snapshot(namespace, WATCHED), old);
    assert.equal(readFileSync(join(scene.state, 'runs', applied.runId, 'replaced', '0002'), 'utf8'), 'by hand\n');
  },
);

test('refuses what was planted in the way, and leaves nothing behind', { skip }, async () => {
  const plants: readonly (readonly [RegExp, (scene: Scene) => string])[] = [
    [
      /is a symbolic link/,
      (scene) =>
        plant(scene, 'link.conf', (path) => {
          symlinkSync('/etc/hostname', path);
        }),
    ],
    [
      /not a regular file/,
      (scene) =>
        plant(scene, 'folder.conf', (path) => {
          mkdirSync(path);
        }),
    ],
    [
      /hard links/,
      (scene) =>
        plant(scene, 'hard.conf', (path) => {
          linkSync(join(scene.etc, 'odd.conf'), path);
        }),
    ],
    [
      /can be changed by others:/,
      (scene) =>
        join(
          plant(scene, 'open', (path) => {
            mkdirSync(path);
            chmodSync(path, 0o777);
          }),
          'x.conf',
        ),
    ],
    [
      /can be changed by others:/,
      (scene) =>
        join(
          plant(scene, 'theirs', (path) => {
            mkdirSync(path);
            chownSync(path, 1, 1);
          }),
          'x.conf',
        ),
    ],
    [
      /symbolic link that somebody else/,
      (scene) =>
        join(
          plant(scene, 'way', (path) => {
            symlinkSync('/etc', path);
            lchownSync(path, 1, 1);
          }),
          'x.conf',
        ),
    ],
  ];
  for (const [reason, prepare] of plants) {
    const { scene, namespace } = setUp();
    const path = prepare(scene);
    const old = scene.snapshot(namespace, WATCHED);
    const plan = planOf([...sceneChanges(scene.etc), { kind: 'file', path, content: 'x', created }]);
    const result = await apply(hostIn(namespace), plan, { ...scene.place(), now: new Date() });
    assert.ok(result.kind === 'refused', JSON.stringify(result));
    assert.match(result.problems.join('\n'), reason);
    assert.equal(scene.snapshot(namespace, WATCHED), old);
    assert.deepEqual(await listRuns(hostIn(namespace), scene.place()), []);
  }
});

test('two at once: one works, the other is told; a lock whose owner is gone is no obstacle', { skip }, async () => {
  const { scene, namespace } = setUp();
  const host = hostIn(namespace);
  const slow: PlannedChange = { kind: 'command', title: 'slow', run: ['sleep', '1'], undo: null, touches: [] };
  const first = apply(host, planOf([slow]), { ...scene.place(), now: new Date() });
  await sleep(400);
  const second = await apply(host, planOf([slow]), { ...scene.place(), now: new Date() });
  assert.equal(second.kind, 'locked', JSON.stringify(second));
  assert.equal((await first).kind, 'applied');
  writeFileSync(join(scene.state, 'lock'), `${String(process.pid)} 1 another-boot\n`);
  assert.equal((await apply(host, planOf([slow]), { ...scene.place(), now: new Date() })).kind, 'applied');
});

test('a signal ends the run between two steps and takes it back', { skip }, async () => {
  const { scene, namespace } = setUp();
  const old = scene.snapshot(namespace, WATCHED);
  const signal: PlannedChange = {
    kind: 'command',
    title: 'signal',
    run: ['sh', '-c', 'kill -TERM $PPID'],
    undo: null,
    touches: [],
  };
  const plan = planOf([...sceneChanges(scene.etc), signal, ...sceneChanges(scene.etc).slice(0, 1)]);
  const result = await apply(hostIn(namespace), plan, { ...scene.place(), now: new Date() });
  assert.ok(result.kind === 'failed-and-undone', JSON.stringify(result));
  assert.match(result.problems.join('\n'), /SIGTERM/);
  assert.equal(scene.snapshot(namespace, WATCHED), old);
});
