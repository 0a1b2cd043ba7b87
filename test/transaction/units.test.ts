/**
 * Units are changed through a systemctl that stands in for the machine's own: it keeps what systemctl(1) says a command
 * does to a unit's two states, and refuses what systemd refuses. Real units are the lab's business.
 */
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { UnitChange } from '../../src/core/change.ts';
import { apply } from '../../src/engine/apply.ts';
import { rollback } from '../../src/engine/rollback.ts';
import type { PlaceOptions } from '../../src/engine/transaction/place.ts';
import { created, hostIn, Namespace, planOf, Scene, whyNoMachine } from './machine.ts';

const STANDARD_PATH = '/usr/sbin:/usr/bin:/sbin:/bin';
const ENABLEMENTS = ['enabled', 'disabled', 'static', 'masked'] as const;
const ACTIVITIES = ['active', 'inactive', 'failed'] as const;
const ACTIONS = ['enable', 'disable', 'start', 'stop', 'restart', 'reload', 'mask', 'unmask'] as const;

const skip = whyNoMachine();
const [namespace] = skip === false ? [new Namespace()] : [];
before(() => namespace?.ready());
after(() => {
  namespace?.close();
});

/** `mask` is a file of its own, so what it hides comes back with `unmask`, as with systemd's links. */
const SYSTEMCTL = `#!/bin/sh
cd "$(dirname "$0")/units" || exit 1
printf '%s\\n' "$*" >>log
action=$1 unit=$2
refuse() { echo "Failed to $action unit: $1" >&2; exit 1; }
enablement() { if [ -e "$unit.mask" ]; then echo masked; else cat "$unit.enablement"; fi; }
case $action in
  daemon-reload) exit 0 ;;
  is-enabled) enablement; [ "$(enablement)" = enabled ]; exit ;;
  is-active) cat "$unit.activity"; [ "$(cat "$unit.activity")" = active ]; exit ;;
  mask) : >"$unit.mask"; exit ;;
  unmask) rm -f "$unit.mask"; exit ;;
esac
case $action in stop) echo inactive >"$unit.activity"; exit ;; esac
if [ "$(enablement)" = masked ]; then refuse "Unit $unit is masked."; fi
case $action in
  enable | disable) if [ "$(enablement)" != static ]; then echo "\${action}d" >"$unit.enablement"; fi ;;
  reload) [ "$(cat "$unit.activity")" = active ] || refuse "$unit is not active, cannot reload."; cp "$unit.conf" "$unit.seen" ;;
  start | restart | reload-or-restart) echo active >"$unit.activity"; cp "$unit.conf" "$unit.seen" ;;
  *) refuse "unknown command" ;;
esac
`;

class UnitScene extends Scene {
  readonly units: string = join(this.bin, 'units');

  constructor() {
    super();
    mkdirSync(this.units);
    writeFileSync(join(this.bin, 'systemctl'), SYSTEMCTL, { mode: 0o755 });
    for (const [suffix, content] of [
      ['conf', 'old'],
      ['seen', 'old'],
      ['log', ''],
    ] as const) {
      writeFileSync(this.at(suffix), content);
    }
  }

  at(suffix: string): string {
    return join(this.units, suffix === 'log' ? 'log' : `a.service.${suffix}`);
  }

  set(enablement: string, activity: string): void {
    writeFileSync(this.at('enablement'), enablement === 'masked' ? 'enabled\n' : `${enablement}\n`);
    if (enablement === 'masked') writeFileSync(this.at('mask'), '');
    writeFileSync(this.at('activity'), `${activity}\n`);
  }

  override place(options: PlaceOptions = {}): PlaceOptions {
    return super.place({ searchPath: `${this.bin}:${STANDARD_PATH}`, ...options });
  }
}

function unit(action: UnitChange['action']): UnitChange {
  return { kind: 'unit', name: 'a.service', action };
}

async function inUnitScene(work: (scene: UnitScene, space: Namespace) => Promise<void>): Promise<void> {
  assert.ok(namespace !== undefined);
  const scene = new UnitScene();
  try {
    await work(scene, namespace);
  } finally {
    scene.remove();
  }
}

async function states(scene: UnitScene, space: Namespace): Promise<readonly string[]> {
  const ask = async (word: string): Promise<string> => {
    const result = await hostIn(space).run([join(scene.bin, 'systemctl'), word, 'a.service'], { timeoutMs: 10_000 });
    assert.ok(result.kind === 'exited');
    return new TextDecoder().decode(result.stdout).trim();
  };
  const activity = await ask('is-active');
  // A unit that had failed can't be made to have failed again; what counts is that it doesn't run.
  return [await ask('is-enabled'), activity === 'failed' ? 'inactive' : activity];
}

for (const enablement of ENABLEMENTS) {
  test(`every action on a unit that is ${enablement} can be taken back`, { skip }, async () => {
    for (const [index, action] of ACTIONS.entries()) {
      // Every action meets every activity once over the four enablements.
      const activity = ACTIVITIES[(index + ENABLEMENTS.indexOf(enablement)) % ACTIVITIES.length] ?? 'active';
      await inUnitScene(async (scene, space) => {
        scene.set(enablement, activity);
        const old = await states(scene, space);
        const where = `${action} of a unit that is ${enablement} and ${activity}`;
        const result = await apply(hostIn(space), planOf([unit(action)]), { ...scene.place(), now: new Date() });
        if (result.kind === 'applied') {
          const undone = await rollback(hostIn(space), 'last', { ...scene.place(), force: false });
          assert.equal(undone.kind, 'undone', `${where}: ${JSON.stringify(undone)}`);
        } else assert.equal(result.kind, 'failed-and-undone', `${where}: ${JSON.stringify(result)}`);
        assert.deepEqual(await states(scene, space), old, where);
      });
    }
  });
}

for (const action of ['restart', 'reload'] as const) {
  test(`${action}: the program sees the new file, and after going back the old one`, { skip }, () =>
    inUnitScene(async (scene, space) => {
      scene.set('enabled', 'active');
      const conf = { kind: 'file', path: scene.at('conf'), content: 'new', created } as const;
      const result = await apply(hostIn(space), planOf([conf, unit(action)]), { ...scene.place(), now: new Date() });
      assert.equal(result.kind, 'applied', JSON.stringify(result));
      assert.equal(readFileSync(scene.at('seen'), 'utf8'), 'new');
      const undone = await rollback(hostIn(space), 'last', { ...scene.place(), force: false });
      assert.equal(undone.kind, 'undone', JSON.stringify(undone));
      assert.equal(readFileSync(scene.at('seen'), 'utf8'), 'old');
    }),
  );
}

test('a unit that a failed run never came to is left alone', { skip }, () =>
  inUnitScene(async (scene, space) => {
    scene.set('enabled', 'active');
    const fail = { kind: 'command', title: 'fail', run: ['false'], undo: null, touches: [] } as const;
    const plan = planOf([fail, unit('restart'), unit('stop')]);
    const result = await apply(hostIn(space), plan, { ...scene.place(), now: new Date() });
    assert.equal(result.kind, 'failed-and-undone', JSON.stringify(result));
    assert.doesNotMatch(readFileSync(scene.at('log'), 'utf8'), /start|stop|reload/);
  }),
);

test('a machine without systemd refuses before anything is changed', { skip }, () =>
  inUnitScene(async (scene, space) => {
    const bare = join(scene.folder, 'bare');
    mkdirSync(bare);
    const tools = 'cat chmod cmp cp flock grep head id mkdir mv rm sed sh stat sync tail';
    const linked = await hostIn(space).run(
      ['sh', '-c', `for tool in ${tools}; do ln -s "$(command -v $tool)" "$1"; done`, 'sh', bare],
      { timeoutMs: 10_000 },
    );
    assert.ok(linked.kind === 'exited' && linked.code === 0);
    const place = { ...scene.place({ searchPath: bare }), now: new Date() };
    const result = await apply(hostIn(space), planOf([unit('stop')]), place);
    assert.ok(result.kind === 'refused', JSON.stringify(result));
    assert.match(result.problems.join('\n'), /there is no systemctl/);
  }),
);
