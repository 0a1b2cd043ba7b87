import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { openLocalHost } from './local.ts';

const folder = mkdtempSync(join(tmpdir(), 'freehold-host-'));
after(() => {
  rmSync(folder, { recursive: true });
});
const host = openLocalHost();
const RUN_LIMIT_MS = 10_000;

test('reads files whatever size they say they have', async () => {
  const big = Buffer.alloc(3 * 1024 * 1024, 'x');
  writeFileSync(join(folder, 'big'), big);
  const read = await host.read(join(folder, 'big'));
  assert.ok(read.kind === 'content' && Buffer.compare(read.bytes, big) === 0);
  const proc = await host.read('/proc/self/status');
  assert.ok(proc.kind === 'content' && proc.bytes.length > 0);
});

test('of a file with a header no more than that is read, if that is enough', async () => {
  const long = `Name: ${'x'.repeat(20_000)}\n\ntext`;
  const whole = ['Name: x\n', '', long, `${'x'.repeat(8191)}\n\ntext`, 'Name: x\r\rtext'];
  const cut = ['Name: x\n\n', 'Name: x\r\n\r\n', '\n\n', 'Name: x\n\r\n'];
  const path = join(folder, 'header');
  const read = async (text: string, limitBytes = 1_000_000): Promise<string> => {
    writeFileSync(path, text);
    const result = await host.read(path, { isHeaderEnough: true, limitBytes });
    return result.kind === 'content' ? Buffer.from(result.bytes).toString() : result.kind;
  };
  for (const text of whole) assert.equal(await read(text), text);
  for (const text of cut) assert.equal(await read(`${text}text`), text);
  assert.equal(await read('Name: x\n\ntext', 10), 'unreadable');
});

test('what can’t be read says why, and nothing holds the audit up', async () => {
  const limited = await host.read(join(folder, 'big'), { limitBytes: 10 });
  assert.ok(limited.kind === 'unreadable' && limited.cause === 'too-large');
  assert.equal((await host.read(join(folder, 'none'))).kind, 'missing');
  assert.equal((await host.read(join(folder, 'big', 'below'))).kind, 'missing');
  spawnSync('mkfifo', [join(folder, 'fifo')]);
  for (const path of [folder, join(folder, 'fifo'), '/dev/zero']) {
    const read = await host.read(path);
    assert.ok(read.kind === 'unreadable' && read.cause === 'not-a-file', path);
  }
});

test('lists by byte order and describes without following links', async () => {
  const place = join(folder, 'list');
  mkdirSync(place);
  for (const name of ['b', 'B', 'é', 'a.conf']) writeFileSync(join(place, name), '');
  symlinkSync('/dev/null', join(place, 'mask'));
  const listing = await host.list(place);
  const names = listing.kind === 'entries' ? listing.entries.map(({ name }) => name) : [];
  assert.deepEqual(names, ['B', 'a.conf', 'b', 'mask', 'é']);
  const stat = await host.stat(join(place, 'mask'));
  assert.ok(stat.kind === 'stat' && stat.type === 'symlink' && stat.target === '/dev/null');
});

test('runs programs with input, and ends those that take too long or say too much', async () => {
  const echo = await host.run(['cat'], { timeoutMs: RUN_LIMIT_MS, stdin: 'in' });
  assert.ok(echo.kind === 'exited' && echo.code === 0 && Buffer.from(echo.stdout).toString() === 'in');
  const fails = await host.run(['sh', '-c', 'exit 7'], { timeoutMs: RUN_LIMIT_MS });
  assert.ok(fails.kind === 'exited' && fails.code === 7);
  const slow = await host.run(['sleep', '60'], { timeoutMs: 50 });
  assert.ok(slow.kind === 'ended' && slow.cause === 'timeout');
  const loud = await host.run(['yes'], { timeoutMs: RUN_LIMIT_MS, limitBytes: 1000 });
  assert.ok(loud.kind === 'ended' && loud.cause === 'too-much-output');
  const none = await host.run(['freehold-no-such-program'], { timeoutMs: RUN_LIMIT_MS });
  assert.ok(none.kind === 'not-run' && none.cause === 'missing');
});
