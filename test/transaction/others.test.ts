/** What other people and programs do to a machine before, during and after a run is never lost without a word. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { CommandChange, FileChange } from '../../src/core/change.ts';
import { FreeholdError } from '../../src/core/error.ts';
import type { Plan, PlannedChange } from '../../src/core/plan.ts';
import { apply, type ApplyResult } from '../../src/engine/apply.ts';
import { resume, rollback } from '../../src/engine/rollback.ts';
import { listRuns } from '../../src/engine/runs.ts';
import type { Host } from '../../src/host/host.ts';
import { created, hostIn, Namespace, planOf, Scene, sysctl, whyNoMachine } from './machine.ts';

const skip = whyNoMachine();
const [namespace] = skip === false ? [new Namespace()] : [];
before(() => namespace?.ready());
after(() => {
  namespace?.close();
});

interface Stage {
  readonly scene: Scene;
  readonly host: Host;
  readonly space: Namespace;
  readonly path: (name: string) => string;
  readonly applyAll: (changes: readonly PlannedChange[]) => Promise<ApplyResult>;
}

async function onStage(work: (stage: Stage) => Promise<void>): Promise<void> {
  assert.ok(namespace !== undefined);
  const scene = new Scene();
  const host = hostIn(namespace);
  try {
    await work({
      scene,
      host,
      space: namespace,
      path: (name) => join(scene.etc, name),
      applyAll: (changes) => apply(host, planOf(changes), { ...scene.place(), now: new Date() }),
    });
  } finally {
    scene.remove();
  }
}

function file(path: string, content: string | null): FileChange {
  return { kind: 'file', path, content, created };
}

function command(script: string, more: Partial<CommandChange> = {}): CommandChange {
  return { kind: 'command', title: 'script', run: ['sh', '-c', script], undo: null, touches: [], ...more };
}

/** Ends the run, as a power cut would. */
const CUT = command('kill -KILL 0');

async function takeBack({ scene, host }: Stage): Promise<string> {
  return (await rollback(host, 'last', { ...scene.place(), force: false })).kind;
}

test('a file that is no longer what the plan was made from refuses the whole run', { skip }, () =>
  onStage(async ({ scene, host, path }) => {
    const step = { change: file(path('odd.conf'), 'ours\n'), findings: [], before: 'old content\nwithout end' };
    const plan: Plan = { ...planOf([]), steps: [step] };
    writeFileSync(path('odd.conf'), 'theirs\n');
    const stale = await apply(host, plan, { ...scene.place(), now: new Date() });
    assert.ok(stale.kind === 'refused', JSON.stringify(stale));
    assert.match(stale.problems.join('\n'), /is not what it was when the plan was made/);
    assert.equal(readFileSync(path('odd.conf'), 'utf8'), 'theirs\n');
    writeFileSync(path('odd.conf'), step.before);
    assert.equal((await apply(host, plan, { ...scene.place(), now: new Date() })).kind, 'applied');
  }),
);

test('a file changed by somebody else while the run is under way stops it, and stays as they made it', { skip }, () =>
  onStage(async ({ path, applyAll }) => {
    const theirs = command(`echo theirs >'${path('odd.conf')}'`);
    const result = await applyAll([file(path('gone.conf'), 'ours\n'), theirs, file(path('odd.conf'), 'ours\n')]);
    assert.ok(result.kind === 'failed-and-undone', JSON.stringify(result));
    assert.match(result.problems.join('\n'), /changed by somebody else while this run was under way/);
    assert.equal(readFileSync(path('odd.conf'), 'utf8'), 'theirs\n');
    assert.equal(readFileSync(path('gone.conf'), 'utf8'), 'to be removed\n');
  }),
);

test('a file of a step that was never begun is no obstacle to going back', { skip }, () =>
  onStage(async (stage) => {
    const { path, applyAll } = stage;
    const result = await applyAll([file(path('gone.conf'), 'ours\n'), CUT, file(path('odd.conf'), 'ours\n')]);
    assert.equal(result.kind, 'failed');
    writeFileSync(path('odd.conf'), 'theirs\n');
    assert.equal(await takeBack(stage), 'undone');
    assert.equal(readFileSync(path('gone.conf'), 'utf8'), 'to be removed\n');
    assert.equal(readFileSync(path('odd.conf'), 'utf8'), 'theirs\n');
  }),
);

test('resuming a run does not write over what somebody else changed since it was cut off', { skip }, () =>
  onStage(async (stage) => {
    const { scene, host, path, applyAll } = stage;
    const once = command('test -e "$1" || { : >"$1"; kill -KILL 0; }', {});
    const cut: CommandChange = { ...once, run: [...once.run, 'sh', path('flag')], touches: [path('flag')] };
    await applyAll([file(path('gone.conf'), null), cut, file(path('odd.conf'), 'ours\n')]);
    writeFileSync(path('odd.conf'), 'theirs\n');
    const resumed = await resume(host, 'last', scene.place());
    assert.equal(resumed.kind, 'failed-and-undone', JSON.stringify(resumed));
    assert.ok(existsSync(path('gone.conf')));
    assert.equal(readFileSync(path('odd.conf'), 'utf8'), 'theirs\n');
  }),
);

test('a run that is being taken back is not resumed: what was done is done no more', { skip }, () =>
  onStage(async (stage) => {
    const { scene, host, path, applyAll } = stage;
    const cutOnce: CommandChange = {
      ...command('true'),
      undo: ['sh', '-c', 'test -e "$1" || { : >"$1"; kill -KILL 0; }', 'sh', path('flag')],
    };
    await applyAll([cutOnce, file(path('odd.conf'), 'ours\n')]);
    assert.equal(await takeBack(stage), 'failed');
    const resumed = await resume(host, 'last', scene.place());
    assert.ok(resumed.kind === 'refused', JSON.stringify(resumed));
    assert.match(resumed.problems.join('\n'), /being taken back/);
    assert.equal(await takeBack(stage), 'undone');
    assert.equal(readFileSync(path('odd.conf'), 'utf8'), 'old content\nwithout end');
  }),
);

test('one file in several steps is nobody else’s doing', { skip }, () =>
  onStage(async (stage) => {
    const { path, applyAll, scene, space } = stage;
    const old = scene.snapshot(space, []);
    const append: CommandChange = { ...command(`echo more >>'${path('odd.conf')}'`), touches: [path('odd.conf')] };
    const result = await applyAll([
      file(path('odd.conf'), 'first\n'),
      append,
      file(path('odd.conf'), 'third\n'),
      append,
    ]);
    assert.equal(result.kind, 'applied', JSON.stringify(result));
    assert.equal(readFileSync(path('odd.conf'), 'utf8'), 'third\nmore\n');
    assert.equal(await takeBack(stage), 'undone');
    assert.equal(scene.snapshot(space, []), old);
  }),
);

test('what a command that was cut off left in its files is kept when they go back', { skip }, () =>
  onStage(async (stage) => {
    const { path, applyAll, host, scene } = stage;
    await applyAll([{ ...command(`echo half >'${path('odd.conf')}'; kill -KILL 0`), touches: [path('odd.conf')] }]);
    assert.equal(await takeBack(stage), 'undone');
    assert.equal(readFileSync(path('odd.conf'), 'utf8'), 'old content\nwithout end');
    const [run] = await listRuns(host, scene.place());
    assert.equal(readFileSync(join(scene.state, 'runs', run?.id ?? '', 'replaced', '0001.1'), 'utf8'), 'half\n');
  }),
);

test('a command that `unless` skipped is not undone, one that ran is undone once', { skip }, () =>
  onStage(async (stage) => {
    const { path, applyAll } = stage;
    const undo = (name: string) => ['sh', '-c', 'echo undone >>"$1"', 'sh', path(name)] as const;
    const skipped: CommandChange = { ...command(`: >'${path('ran')}'`), unless: ['true'], undo: undo('skipped') };
    const ran: CommandChange = { ...command('true'), unless: ['false'], undo: undo('ran') };
    assert.equal((await applyAll([skipped, ran])).kind, 'applied');
    assert.ok(!existsSync(path('ran')));
    assert.equal(await takeBack(stage), 'undone');
    assert.ok(!existsSync(path('skipped')));
    assert.equal(readFileSync(path('ran'), 'utf8'), 'undone\n');
  }),
);

test('an undo that was cut off and is run again does not undo a command twice', { skip }, () =>
  onStage(async (stage) => {
    const { path, applyAll } = stage;
    const cut: CommandChange = {
      ...command('true'),
      undo: ['sh', '-c', 'test -e "$1" || { : >"$1"; kill -KILL 0; }', 'sh', path('flag')],
    };
    const count: CommandChange = { ...command('true'), undo: ['sh', '-c', `echo undone >>'${path('count')}'`] };
    assert.equal((await applyAll([cut, count])).kind, 'applied');
    assert.equal(await takeBack(stage), 'failed');
    assert.equal(await takeBack(stage), 'undone');
    assert.equal(readFileSync(path('count'), 'utf8'), 'undone\n');
  }),
);

test('after a reboot, values that the boot has set are no conflict', { skip }, () =>
  onStage(async (stage) => {
    const { applyAll, scene, space } = stage;
    const key = '/proc/sys/net/ipv4/tcp_syncookies';
    space.write(key, '1');
    const applied = await applyAll([sysctl(['net.ipv4.tcp_syncookies', '2', []])]);
    assert.ok(applied.kind === 'applied');
    space.write(key, '0');
    assert.equal(await takeBack(stage), 'conflicts');
    writeFileSync(join(scene.state, 'runs', applied.runId, 'before', 'boot'), 'another-boot\n');
    assert.equal(await takeBack(stage), 'undone');
    assert.equal(space.values([key]), '1\n');
  }),
);

test('a value that the kernel makes something else of fails the step', { skip }, () =>
  onStage(async ({ applyAll, space }) => {
    const key = '/proc/sys/net/ipv4/ip_local_reserved_ports';
    const result = await applyAll([sysctl(['net.ipv4.ip_local_reserved_ports', '8080,8081,8082', []])]);
    assert.ok(result.kind === 'failed-and-undone', JSON.stringify(result));
    assert.match(result.problems.join('\n'), /the kernel made 8080-8082 of 8080,8081,8082/);
    assert.equal(space.values([key]), '\n');
  }),
);

test('a root-owned link that leads through somebody’s own folder is refused', { skip }, () =>
  onStage(async ({ path, applyAll }) => {
    mkdirSync(path('theirs/inner'), { recursive: true });
    chownSync(path('theirs'), 1, 1);
    symlinkSync(path('theirs/inner'), path('way'));
    const through = await applyAll([file(path('way/x.conf'), 'x')]);
    assert.ok(through.kind === 'refused', JSON.stringify(through));
    assert.match(through.problems.join('\n'), /theirs can be changed by others:/);
    mkdirSync(path('ours'));
    symlinkSync(path('ours'), path('good'));
    assert.equal((await applyAll([file(path('good/x.conf'), 'x')])).kind, 'applied');
    lchownSync(path('good'), 1, 1);
    assert.equal((await applyAll([file(path('good/y.conf'), 'x')])).kind, 'refused');
  }),
);

test('a change that fails on a file that can’t be written leaves nothing to take back', { skip }, () =>
  onStage(async ({ path, applyAll, scene, space }) => {
    mkdirSync(path('sealed'));
    assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=16k,mode=755', 'tmpfs', path('sealed')]).status, 0);
    try {
      writeFileSync(path('sealed/full.conf'), 'x'.repeat(8192));
      writeFileSync(path('sealed/fill'), 'x'.repeat(4096));
      chmodSync(path('sealed/full.conf'), 0o640);
      const old = scene.snapshot(space, []);
      for (const options of ['remount,rw', 'remount,ro']) {
        spawnSync('mount', ['-o', options, path('sealed')]);
        const changes = [file(path('gone.conf'), null), file(path('sealed/full.conf'), 'y'.repeat(8192))];
        const result = await applyAll(changes);
        assert.equal(result.kind, 'failed-and-undone', `${options} ${JSON.stringify(result)}`);
        assert.equal(scene.snapshot(space, []), old, options);
      }
    } finally {
      spawnSync('umount', [path('sealed')]);
    }
  }),
);

test('a disk that fills up in the middle of a run still takes note that it went back', { skip }, () =>
  onStage(async ({ path, applyAll, scene, host, space }) => {
    mkdirSync(scene.state);
    assert.equal(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,mode=755', 'tmpfs', scene.state]).status, 0);
    try {
      const old = scene.snapshot(space, []);
      const fill = command(`head -c 4m /dev/zero >'${scene.state}/fill'; true`);
      // Enough that the journal needs a page that isn't there.
      const steps = Array.from({ length: 300 }, () => command('true'));
      const result = await applyAll([file(path('odd.conf'), 'ours\n'), fill, ...steps]);
      assert.equal(result.kind, 'failed-and-undone', JSON.stringify(result));
      assert.equal(scene.snapshot(space, []), old);
      assert.equal((await listRuns(host, scene.place()))[0]?.state, 'undone');
    } finally {
      spawnSync('umount', [scene.state]);
    }
  }),
);

test('a path with a way upwards, an empty part or a line break is never compiled', async () => {
  for (const path of ['/etc/../x', '/etc//x', '/etc/./x', 'etc/x', '/etc/x/', '/etc/x\ny', '/']) {
    await assert.rejects(apply(refusingHost(), planOf([file(path, 'x')]), { now: new Date() }), FreeholdError, path);
  }
});

function refusingHost(): Host {
  const refuse = (): never => assert.fail('nothing may be asked of the machine');
  const facts = { ...emptyFacts, isRoot: true };
  return {
    facts,
    read: refuse,
    list: refuse,
    stat: refuse,
    find: refuse,
    digest: refuse,
    run: refuse,
    close: () => Promise.resolve(),
  };
}

const emptyFacts = {
  address: 'local',
  hostname: 'test',
  os: 'debian',
  osVersion: '12',
  osName: 'Debian',
  kernelRelease: '6.1',
  architecture: 'x86_64',
  container: null,
  isRunning: true,
};
