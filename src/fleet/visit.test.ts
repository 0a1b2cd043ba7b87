import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { HostError } from '../host/error.ts';
import { openLocalHost } from '../host/local.ts';
import type { Host } from '../host/host.ts';
import { visit } from './visit.ts';

const OPTIONS = { timeoutMs: 5000, retries: 2, random: () => 0 };
const FOREVER_MS = 600_000;

function openAfter(failures: number, code: 'unreachable' | 'refused'): () => Promise<Host> {
  let calls = 0;
  return () => {
    calls += 1;
    return calls > failures ? Promise.resolve(openLocalHost()) : Promise.reject(new HostError(code, 'not now'));
  };
}

test('a connection that fails is tried again, with growing pauses', async () => {
  const startedMs = performance.now();
  const result = await visit(openAfter(2, 'unreachable'), (host) => Promise.resolve(host.facts.address), OPTIONS);
  assert.deepEqual(result, { kind: 'done', attempts: 3, value: 'local' });
  assert.ok(performance.now() - startedMs >= 1500);
});

test('so many times and no more', async () => {
  const result = await visit(openAfter(9, 'unreachable'), () => Promise.resolve(1), { ...OPTIONS, retries: 1 });
  assert.equal(result.kind, 'failed');
  assert.equal(result.attempts, 2);
});

test('who says no is not asked again, and neither is a mistake of ours', async () => {
  const refused = await visit(openAfter(1, 'refused'), () => Promise.resolve(1), OPTIONS);
  assert.equal(refused.attempts, 1);
  const broken = await visit(openAfter(0, 'refused'), () => Promise.reject(new TypeError('bug')), OPTIONS);
  assert.equal(broken.kind, 'failed');
  assert.equal(broken.attempts, 1);
});

test('a machine that hangs costs its time and no more, and is closed', async () => {
  let isClosed = false;
  const host: Host = Object.assign(openLocalHost(), {
    close: () => {
      isClosed = true;
      return Promise.resolve();
    },
  });
  const startedMs = performance.now();
  const work = (): Promise<void> => sleep(FOREVER_MS, undefined, { ref: false });
  const result = await visit(() => Promise.resolve(host), work, { ...OPTIONS, timeoutMs: 100 });
  assert.equal(result.kind, 'failed');
  assert.match(String(result.error), /not done within 0\.1 s/);
  assert.ok(performance.now() - startedMs < 1000);
  assert.equal(isClosed, true);
});

test('one that opens too late is closed again', async () => {
  let isClosed = false;
  const open = async (): Promise<Host> => {
    await sleep(200);
    return Object.assign(openLocalHost(), {
      close: () => {
        isClosed = true;
        return Promise.resolve();
      },
    });
  };
  const result = await visit(open, () => Promise.resolve(1), { ...OPTIONS, timeoutMs: 50 });
  assert.equal(result.kind, 'failed');
  await sleep(300);
  assert.equal(isClosed, true);
});

test('an interruption ends it at once', async () => {
  const work = (): Promise<void> => sleep(FOREVER_MS, undefined, { ref: false });
  const startedMs = performance.now();
  const result = await visit(() => Promise.resolve(openLocalHost()), work, {
    ...OPTIONS,
    signal: AbortSignal.timeout(50),
  });
  assert.equal(result.kind, 'failed');
  assert.ok(performance.now() - startedMs < 1000);
});
