/** A run that is ended, or that finds the disk full or broken, at each call that changes the disk. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, copyFileSync, readFileSync, truncateSync } from 'node:fs';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Recorder } from '../../src/evidence/record.ts';
import { Evidence, runOf } from './evidence.ts';
import { type Fault, installFault } from './faults.ts';

const FAULTS = fileURLToPath(new URL('./faults.ts', import.meta.url));
const WRITER = fileURLToPath(new URL('./writer.ts', import.meta.url));
const NEVER = -1;
const FIRST = ['one', 'two', 'three'];
const NEXT = ['four', 'five'];
/** Fewer would mean that cuts aren't made where they should be. */
const LEAST_CALLS = 30;
/** `npm test` looks at every n-th cut; .ci/run at every third; FREEHOLD_CUT_STRIDE=1 looks at all. */
const STRIDE = Math.min(Number(process.env['FREEHOLD_CUT_STRIDE'] ?? '3'), 3);
const AT_ONCE = 2;

interface Ended {
  readonly acknowledged: readonly string[];
  readonly calls: number | undefined;
  readonly signal: string | null;
}

async function write(evidence: Evidence, killAt: number): Promise<Ended> {
  const argv = ['--import', FAULTS, WRITER, evidence.files.folder, '1', ...NEXT];
  const env = { ...process.env, FREEHOLD_TEST_KILL_AT: String(killAt) };
  const child = spawn(process.execPath, argv, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  await ended;
  assert.equal(stderr, '');
  const calls = /^calls (\d+)$/m.exec(stdout)?.[1];
  const acknowledged = [...stdout.matchAll(/^recorded (.+)$/gm)].map(([, name = '']) => name);
  return { acknowledged, signal: child.signalCode, calls: calls === undefined ? undefined : Number(calls) };
}

/** Each of them is a process of its own; some at the same time. */
async function atEachCall(calls: number, look: (at: number) => Promise<void>): Promise<void> {
  const waiting = Array.from({ length: calls }, (_, at) => at).filter((at) => at % STRIDE === 0);
  const work = async (): Promise<void> => {
    for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) await look(at);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Whatever happened: nothing acknowledged is missing, nothing is wrong, and the next run goes on from there. */
async function assertSound(
  evidence: Evidence,
  before: readonly string[],
  acknowledged: readonly string[],
): Promise<void> {
  const kept = readFileSync(evidence.files.ledger.checkpoint, 'utf8');
  assert.deepEqual(evidence.verify().problems, []);
  const must = [...before, ...acknowledged];
  assert.deepEqual(evidence.names().slice(0, must.length), must);
  await evidence.record('after');
  const { problems, unacknowledgedBytes } = evidence.verify(kept);
  assert.deepEqual(problems, []);
  assert.equal(unacknowledgedBytes, 0);
  const names = evidence.names();
  assert.deepEqual(names.slice(0, must.length), must);
  assert.equal(names.at(-1), 'after');
  // At most what was under way when it ended, and in its order.
  const all = [...before, ...NEXT];
  assert.deepEqual(names.slice(0, -1), all.slice(0, names.length - 1));
}

test('SIGKILL at every call that changes the disk', async () => {
  using start = await Evidence.create();
  await start.record(...FIRST);
  using whole = start.copy();
  const { calls = 0, acknowledged } = await write(whole, NEVER);
  assert.deepEqual(acknowledged, NEXT);
  assert.ok(calls >= LEAST_CALLS, `${String(calls)} calls`);
  await atEachCall(calls, async (at) => {
    using evidence = start.copy();
    const ended = await write(evidence, at);
    assert.equal(ended.signal, 'SIGKILL', `cut ${String(at)}`);
    await assertSound(evidence, FIRST, ended.acknowledged);
  });
});

test('SIGKILL at every call of a repair', async () => {
  using start = await Evidence.create();
  await start.record(...FIRST);
  using torn = start.copy();
  await torn.record('four', 'five');
  // One whole entry that nobody acknowledged, and half of another.
  const whole = readFileSync(torn.files.ledger.entries);
  const cut = Math.floor((whole.lastIndexOf('\n', -2) + whole.length) / 2);
  truncateSync(torn.files.ledger.entries, cut);
  for (const name of ['tree', 'checkpoint'] as const) copyFileSync(start.files.ledger[name], torn.files.ledger[name]);
  const kept = readFileSync(torn.files.ledger.checkpoint, 'utf8');
  using undisturbed = torn.copy();
  const { calls = 0 } = await write(undisturbed, NEVER);
  // The fourth stands twice then: what was whole of the run that was cut off is evidence, too.
  assert.deepEqual(undisturbed.names(), [...FIRST, 'four', ...NEXT]);
  await atEachCall(calls, async (at) => {
    using evidence = torn.copy();
    const ended = await write(evidence, at);
    assert.equal(ended.signal, 'SIGKILL', `cut ${String(at)}`);
    await evidence.record('after');
    assert.deepEqual(evidence.verify(kept).problems, []);
    const names = evidence.names();
    const order = [...FIRST, 'four', ...ended.acknowledged];
    assert.deepEqual(names.slice(0, order.length), order);
  });
});

for (const kind of ['full', 'broken'] as const satisfies readonly Fault[]) {
  const what = kind === 'full' ? 'a disk that is full from any call on' : 'a disk that fails at any one call';
  test(what, async () => {
    using start = await Evidence.create();
    await start.record(...FIRST);
    let failures = 0;
    for (let at = 0; ; at += 1) {
      using evidence = start.copy();
      const recorder = new Recorder(evidence.files);
      const acknowledged: string[] = [];
      const faults = installFault(kind, at);
      try {
        for (const name of NEXT) {
          const result = await recorder.record(runOf(name));
          if (result.kind === 'recorded') acknowledged.push(name);
          else {
            failures += 1;
            assert.match(result.reason, kind === 'full' ? /ENOSPC/ : /EIO/);
            break;
          }
        }
      } finally {
        faults.remove();
      }
      if (faults.calls() <= at) break;
      assert.ok(acknowledged.length <= NEXT.length);
      await assertSound(evidence, FIRST, acknowledged);
    }
    assert.ok(failures >= LEAST_CALLS / 2, `${String(failures)} failures`);
  });
}

test('a torn tail is told of, and how much of it was kept', async () => {
  using evidence = await Evidence.create();
  await evidence.record(...FIRST);
  using more = evidence.copy();
  await more.record(...NEXT);
  const length = readFileSync(evidence.files.ledger.entries).length;
  const tail = readFileSync(more.files.ledger.entries).subarray(length);
  const half = 100;
  const first = tail.indexOf('\n') + 1;
  appendFileSync(evidence.files.ledger.entries, tail.subarray(0, first + half));
  const { problems, unacknowledgedBytes } = evidence.verify();
  assert.deepEqual([problems, unacknowledgedBytes], [[], first + half]);
  const result = await new Recorder(evidence.files).record(runOf('after'));
  assert.ok(result.kind === 'recorded');
  assert.deepEqual(result.repair, { keptEntries: 1, cutBytes: half, isTreeRebuilt: false });
  assert.deepEqual(evidence.names(), [...FIRST, 'four', 'after']);
});

test('the hashes are made anew from the entries, and entries never from anything', async () => {
  using evidence = await Evidence.create();
  await evidence.record(...FIRST);
  truncateSync(evidence.files.ledger.tree, 60);
  const result = await new Recorder(evidence.files).record(runOf('after'));
  assert.ok(result.kind === 'recorded' && result.repair?.isTreeRebuilt === true);
  assert.deepEqual(evidence.verify().problems, []);
  const whole = readFileSync(evidence.files.ledger.entries);
  truncateSync(evidence.files.ledger.entries, whole.length - 1);
  const refused = await new Recorder(evidence.files).record(runOf('never'));
  assert.ok(refused.kind === 'failed');
  assert.match(refused.reason, /damaged or was tampered with/);
  assert.equal(readFileSync(evidence.files.ledger.entries).length, whole.length - 1, 'left as it is');
});
