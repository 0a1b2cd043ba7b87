/** Nobody can lock themselves out of a machine with systemd: whatever cuts it off, it comes back by itself. */
import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlannedChange } from '../../src/core/plan.ts';
import { apply } from '../../src/engine/apply.ts';
import { comeBack } from '../../src/engine/come-back.ts';
import { confirm } from '../../src/engine/confirm.ts';
import { parseAddress } from '../../src/host/address.ts';
import type { Host } from '../../src/host/host.ts';
import { openHost } from '../../src/host/open.ts';
import { created, planOf } from '../transaction/machine.ts';
import { whyNoLab } from './image.ts';
import { LabMachine } from './machine.ts';

const SECONDS = 12;
/** An emulated machine takes this long at most for going back itself; the watch looks once a second. */
const UNDO_SECONDS = 20;
/** Until somebody who tries every few seconds sees what is to be seen. */
const GRACE_SECONDS = 40;
/** A run of a few changes has ended by then, or hangs. */
const RUN_SECONDS = 15;
const CONNECT_LIMIT_MS = 10_000;
const MS_PER_SECOND = 1000;
const FILE = '/etc/lab.conf';
const LEFT_BEHIND =
  'ls /etc/systemd/system | grep freehold-fallback; systemctl list-units --all --no-legend "freehold-*"';

/** The machine's own notes, second by second, of what its run's journal says last. */
const KEEP_TIMES = `nohup sh -c '
while sleep 1; do echo "$(cut -d. -f1 /proc/uptime) $(tail -qn 1 /var/lib/freehold/runs/*/journal)"; done
' >/run/times 2>/dev/null </dev/null &`;

const WRITE: PlannedChange = { kind: 'file', path: FILE, content: 'new\n', created };
const DROP_SSH: PlannedChange = {
  kind: 'command',
  title: 'drop every packet to sshd, also of connections that are there',
  run: [
    'nft',
    'add table inet lab; add chain inet lab input { type filter hook input priority 0; }; add rule inet lab input tcp dport 22 drop',
  ],
  undo: ['nft', 'delete table inet lab'],
  touches: [],
};
const STOP_SSHD: PlannedChange = { kind: 'unit', name: 'ssh.service', action: 'stop' };

suite('a machine that can no longer be reached', { skip: whyNoLab() }, () => {
  for (const [title, change, isOperatorGone] of [
    ['a packet filter that drops ssh', DROP_SSH, false],
    ['a packet filter that drops ssh, and the operator is gone for good,', DROP_SSH, true],
    ['a stopped sshd', STOP_SSHD, false],
  ] as const) {
    test(`${title} is taken back by the machine within the limit`, async (context) => {
      await using machine = await LabMachine.fresh();
      const host = await reach(machine);
      machine.sh(KEEP_TIMES);
      const applying = apply(host, planOf([WRITE, change]), { now: new Date(), confirmWithinSeconds: SECONDS });
      if (isOperatorGone) {
        await sleep(RUN_SECONDS * MS_PER_SECOND);
        await host.close();
      }
      const result = await applying;
      assert.ok(result.kind === 'awaiting' || result.kind === 'lost', JSON.stringify(result));
      const back = await comeBack({ reopen: () => reach(machine), runId: result.runId, seconds: SECONDS });
      assert.ok(back.kind === 'fell-back' || back.kind === 'undone', back.kind);
      await host.close();
      const seconds = secondsUntilUndone(machine);
      context.diagnostic(
        `${result.kind}, ${back.kind}; back after ${String(seconds)} s with a limit of ${String(SECONDS)} s`,
      );
      assert.ok(seconds >= SECONDS && seconds <= SECONDS + UNDO_SECONDS, String(seconds));
      assert.equal(machine.sh(`ls ${FILE} 2>/dev/null || echo gone`), 'gone\n');
      assert.equal(machine.sh('systemctl is-active ssh; nft list ruleset'), 'active\n');
      await nothingIsLeft(machine);
    });
  }

  test('a run that waits to be confirmed when the power goes is taken back after the boot', async () => {
    await using machine = await LabMachine.fresh();
    const host = await reach(machine);
    const result = await apply(host, planOf([WRITE]), { now: new Date(), confirmWithinSeconds: SECONDS });
    assert.equal(result.kind, 'awaiting', JSON.stringify(result));
    await machine.cutPower();
    await host.close();
    await machine.powerOn();
    const deadline = performance.now() + (SECONDS + GRACE_SECONDS) * MS_PER_SECOND;
    while (machine.sh('tail -n 1 /var/lib/freehold/runs/*/journal').trim() !== 'undone') {
      assert.ok(performance.now() < deadline, machine.sh('cat /var/lib/freehold/runs/*/journal'));
      await sleep(MS_PER_SECOND);
    }
    assert.equal(machine.sh(`ls ${FILE} 2>/dev/null || echo gone`), 'gone\n');
    await nothingIsLeft(machine);
  });

  test('a confirmed run stands, also after a power cut, and nothing of the watch is left', async () => {
    await using machine = await LabMachine.fresh();
    const host = await reach(machine);
    const result = await apply(host, planOf([WRITE]), { now: new Date(), confirmWithinSeconds: SECONDS });
    assert.ok(result.kind === 'awaiting', JSON.stringify(result));
    assert.equal((await confirm(host, result.runId, {})).kind, 'confirmed');
    await host.close();
    await nothingIsLeft(machine);
    machine.sh('sync');
    await machine.cutPower();
    await machine.powerOn();
    assert.equal(machine.trySh(LEFT_BEHIND).stdout, '');
    assert.equal(machine.sh(`cat ${FILE}; tail -n 1 /var/lib/freehold/runs/*/journal`), 'new\napplied\n');
  });
});

function secondsUntilUndone(machine: LabMachine): number {
  const lines = machine
    .sh('cat /run/times')
    .split('\n')
    .map((line) => line.split(' '));
  const first = (word: string): number => Number(lines.find((words) => words[1] === word)?.[0]);
  return first('undone') - first('awaiting');
}

/** Of the watch over a run that has ended: it looks every second, and takes its own unit away. */
async function nothingIsLeft(machine: LabMachine): Promise<void> {
  const deadline = performance.now() + GRACE_SECONDS * MS_PER_SECOND;
  for (;;) {
    const { stdout } = machine.trySh(LEFT_BEHIND);
    if (stdout === '') return;
    assert.ok(performance.now() < deadline, stdout);
    await sleep(MS_PER_SECOND);
  }
}

function reach(machine: LabMachine): Promise<Host> {
  const options = { sshConfig: machine.sshConfig, connectTimeoutMs: CONNECT_LIMIT_MS, isFresh: true };
  return openHost(parseAddress(machine.address), options);
}
