/**
 * The power goes while a profile is switched. Each disk is booted with AppArmor's own service: file and kernel agree, and are the
 * old ones, the new ones, or those of an unfinished run that is named and goes back completely.
 */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { after, before, suite, test } from 'node:test';
import { modeRemedy } from '../../src/controls/confinement/programs/remedy.ts';
import type { Plan, PlannedChange } from '../../src/core/plan.ts';
import type { RunSummary } from '../../src/core/run.ts';
import { apply } from '../../src/engine/apply.ts';
import { rollback } from '../../src/engine/rollback.ts';
import { listRuns } from '../../src/engine/runs.ts';
import { parseAddress } from '../../src/host/address.ts';
import type { Host } from '../../src/host/host.ts';
import { openHost } from '../../src/host/open.ts';
import { planOf } from '../transaction/machine.ts';
import { installReader, LOAD_AS_BOOT, lookAtReader, modesOf, READER_FILE, READER_LABELS } from './confined-reader.ts';
import { whyNoLab } from './image.ts';
import { type LabDisk, LabMachine } from './machine.ts';
import { standIns } from './scene.ts';

const MOST_BOOTS = 4;
/** Each machine has two processors, and spends most of its boot on one. */
const AT_ONCE = 2;
/** An emulated machine that has just booted, beside another one that boots: minutes are not too long for an answer. */
const CONNECT_LIMIT_MS = 120_000;
const ANSWER_LIMIT_MS = 240_000;
const SERVICES = ['apparmor.service'];

interface Cut {
  /** The program that was about to work. */
  readonly at: string;
  readonly disk: LabDisk;
}

suite('power cuts while a profile is switched', { skip: whyNoLab() }, () => {
  const cuts: Cut[] = [];
  let machine: LabMachine;
  let plan: Plan;
  let oldState = '';
  let newState = '';

  before(async () => {
    machine = await LabMachine.fresh();
    installReader(machine);
    oldState = lookAtReader(machine);
    plan = switchPlan(machine.sh(`cat ${READER_FILE}`));
    const searchPath = standIns(machine, ['apparmor_parser']);
    const seen = new Set<string>();
    machine.listen((line) => {
      const disk = machine.snapshot();
      const digest = createHash('sha256').update(readFileSync(disk.path)).digest('hex');
      // A call that had nothing to flush leaves the same disk, and the same disk boots to the same machine.
      if (seen.has(digest)) rmSync(disk.path);
      else cuts.push({ at: line, disk });
      seen.add(digest);
    });
    const host = await reach(machine);
    const result = await apply(host, plan, { now: new Date(), searchPath });
    await host.close();
    assert.equal(result.kind, 'applied', JSON.stringify(result));
    cuts.push({ at: 'the end', disk: machine.snapshot() });
    newState = lookAtReader(machine);
    await machine.cutPower();
  });
  after(async () => {
    await machine.close();
  });

  test('file and kernel agree after the boot, and what is unfinished goes back', async (context) => {
    assert.deepEqual(
      [modesOf(oldState), modesOf(newState)],
      [READER_LABELS.map(() => 'complain'), READER_LABELS.map(() => 'enforce')],
    );
    const chosen = evenly(cuts, MOST_BOOTS);
    const seen: string[] = [];
    const problems: string[] = [];
    const queue = [...chosen];
    async function work(): Promise<void> {
      for (let cut = queue.shift(); cut !== undefined; cut = queue.shift()) {
        try {
          seen.push(`${cut.at}: ${await judge(cut, { plan, oldState, newState })}`);
        } catch (error) {
          problems.push(`${cut.at}: ${String(error)}`);
        }
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    context.diagnostic(`${String(cuts.length)} different disks; booted: ${seen.join('; ')}`);
    assert.deepEqual(problems, []);
    assert.ok(seen.some((one) => one.endsWith('unfinished')) && seen.some((one) => one.endsWith('applied')));
  });
});

interface Expected {
  readonly plan: Plan;
  readonly oldState: string;
  readonly newState: string;
}

async function judge(cut: Cut, { plan, oldState, newState }: Expected): Promise<RunSummary['state'] | 'none'> {
  await using machine = await LabMachine.boot(cut.disk, SERVICES);
  const booted = lookAtReader(machine);
  assert.ok([oldState, newState].includes(booted), `neither the old profile nor the new one:\n${booted}`);
  const host = await reach(machine);
  try {
    const [run] = await listRuns(host);
    const state = run?.state ?? 'none';
    if (run?.state === 'unfinished') {
      assert.deepEqual(await apply(host, plan, { now: new Date() }), { kind: 'unfinished', runId: run.id });
      assert.equal((await rollback(host, 'last', { force: false })).kind, 'undone');
    }
    assert.equal(lookAtReader(machine), state === 'applied' ? newState : oldState, state);
    // And so does the next boot, from the cache that is there now.
    machine.sh(`${LOAD_AS_BOOT} ${READER_FILE}`);
    assert.equal(lookAtReader(machine), state === 'applied' ? newState : oldState, `${state}, at the next boot`);
    return state;
  } finally {
    await host.close();
  }
}

/** What `freehold confine enforce` would do. */
function switchPlan(text: string): Plan {
  const modes = new Map(READER_LABELS.map((label) => [label, 'enforce'] as const));
  const remedy = modeRemedy({ file: { path: READER_FILE, text }, modes, isLoaded: true });
  assert.equal(remedy.kind, 'changes');
  return planOf(
    remedy.changes.flatMap((change): readonly PlannedChange[] =>
      change.kind === 'file' || change.kind === 'command' ? [change] : [],
    ),
  );
}

/** The first, the last, and what lies between at equal distances. */
function evenly<Item>(items: readonly Item[], most: number): readonly Item[] {
  if (items.length <= most) return items;
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => items[Math.round(index * step)]).filter(
    (item) => item !== undefined,
  );
}

function reach(machine: LabMachine): Promise<Host> {
  return openHost(parseAddress(machine.address), {
    sshConfig: machine.sshConfig,
    connectTimeoutMs: CONNECT_LIMIT_MS,
    answerTimeoutMs: ANSWER_LIMIT_MS,
  });
}
