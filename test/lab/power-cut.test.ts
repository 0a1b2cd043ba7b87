/**
 * The power goes in the middle of a transaction. The machine stands still before every call of a program with which a run
 * writes or flushes, its disk is copied as it is at that moment, and each copy that differs is booted: it holds the old
 * state, the new one, or an unfinished run that is named and goes back completely.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import process from 'node:process';
import { after, before, suite, test } from 'node:test';
import type { RunSummary } from '../../src/core/run.ts';
import { apply } from '../../src/engine/apply.ts';
import { rollback } from '../../src/engine/rollback.ts';
import { listRuns } from '../../src/engine/runs.ts';
import { parseAddress } from '../../src/host/address.ts';
import type { Host } from '../../src/host/host.ts';
import { openHost } from '../../src/host/open.ts';
import { whyNoLab } from './image.ts';
import { type LabDisk, LabMachine } from './machine.ts';
import { lookAt, sceneBefore, scenePlan, standIns } from './scene.ts';

const STRIDE = Number(process.env['FREEHOLD_LAB_CUT_STRIDE'] ?? '6');
/** Each machine has two processors, and spends most of its boot on one. */
const AT_ONCE = 2;
/** What a run of eight changes flushes at the very least. */
const LEAST_DISKS = 20;

/** An emulated machine that has just booted, beside another one that boots: minutes are not too long for an answer. */
const CONNECT_LIMIT_MS = 120_000;
const ANSWER_LIMIT_MS = 240_000;

interface Cut {
  /** The program that was about to work. */
  readonly at: string;
  readonly disk: LabDisk;
}

suite('power cuts', { skip: whyNoLab() }, () => {
  const plan = scenePlan();
  const cuts: Cut[] = [];
  let machine: LabMachine;
  let calls = 0;
  let oldState = '';
  let newState = '';

  before(async () => {
    machine = await LabMachine.fresh();
    sceneBefore(machine);
    oldState = lookAt(machine);
    const searchPath = standIns(machine);
    const seen = new Set<string>();
    machine.listen((line) => {
      calls += 1;
      const disk = machine.snapshot();
      const digest = createHash('sha256').update(readFileSync(disk.path)).digest('hex');
      // A call that had nothing to flush leaves the same disk, and the same disk boots to the same machine.
      if (seen.has(digest)) rmSync(disk.path);
      else cuts.push({ at: `${String(calls)}: ${line}`, disk });
      seen.add(digest);
    });
    const host = await reach(machine);
    const result = await apply(host, plan, { now: new Date(), searchPath });
    await host.close();
    assert.equal(result.kind, 'applied', JSON.stringify(result));
    cuts.push({ at: 'the end', disk: machine.snapshot() });
    newState = lookAt(machine);
    await machine.cutPower();
  });
  after(async () => {
    await machine.close();
  });

  test('the run is cut in many places', (context) => {
    context.diagnostic(`${String(calls)} calls, ${String(cuts.length)} different disks`);
    assert.ok(cuts.length >= LEAST_DISKS, String(cuts.length));
    assert.notEqual(oldState, newState);
  });

  test('each boots to the old state, the new one, or a run that goes back', async (context) => {
    const chosen = cuts.filter((_, index) => index % STRIDE === 0 || index === cuts.length - 1);
    const kinds = new Map<string, number>();
    const problems: string[] = [];
    const queue = [...chosen.entries()];
    async function work(): Promise<void> {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        const [index, cut] = next;
        try {
          const kind = await judge(cut, { oldState, newState, isByHand: index % 2 === 1 });
          kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
        } catch (error) {
          problems.push(`${cut.at}: ${String(error)}`);
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    context.diagnostic(`${String(chosen.length)} boots: ${JSON.stringify(Object.fromEntries(kinds))}`);
    assert.deepEqual(problems, []);
    assert.ok((kinds.get('unfinished') ?? 0) > 0 && (kinds.get('applied') ?? 0) > 0);
  });
});

interface Expected {
  readonly oldState: string;
  readonly newState: string;
  /** Whether it goes back with the run's own script instead of Freehold. */
  readonly isByHand: boolean;
}

async function judge(cut: Cut, { oldState, newState, isByHand }: Expected): Promise<RunSummary['state'] | 'none'> {
  await using machine = await LabMachine.boot(cut.disk);
  const host = await reach(machine);
  try {
    const [run] = await listRuns(host);
    const state = run?.state ?? 'none';
    if (run?.state === 'unfinished') {
      const next = await apply(host, scenePlan(), { now: new Date() });
      assert.deepEqual(next, { kind: 'unfinished', runId: run.id }, cut.at);
      if (isByHand) machine.sh(`sh ${run.undoScript}`);
      else assert.equal((await rollback(host, 'last', { force: false })).kind, 'undone', cut.at);
    }
    assert.equal(lookAt(machine), state === 'applied' ? newState : oldState, `${cut.at}, ${state}`);
    return state;
  } finally {
    await host.close();
  }
}

function reach(machine: LabMachine): Promise<Host> {
  return openHost(parseAddress(machine.address), {
    sshConfig: machine.sshConfig,
    connectTimeoutMs: CONNECT_LIMIT_MS,
    answerTimeoutMs: ANSWER_LIMIT_MS,
  });
}
