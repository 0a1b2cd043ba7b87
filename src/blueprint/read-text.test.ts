import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, ftruncateSync, mkdirSync, openSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import process from 'node:process';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { Diagnostic } from '../core/diagnostic.ts';
import { load, write } from './fixtures/workspace.ts';
import { FILE_LIMIT_BYTES } from './limits.ts';
import { readText } from './read-text.ts';

async function refusal(path: string): Promise<Diagnostic> {
  const result = await readText(path);
  assert(result.kind === 'refused', 'it was read');
  return result.diagnostic;
}

suite('what is no ordinary file is refused without waiting for it', () => {
  test('a pipe', { timeout: 2000 }, async () => {
    const path = join(write({}), 'fifo');
    assert.equal(spawnSync('mkfifo', [path]).status, 0);
    assert.equal((await refusal(path)).code, 'blueprint/not-a-file');
  });

  test('a device', { timeout: 2000 }, async () => {
    for (const path of ['/dev/zero', '/dev/null']) {
      assert.equal((await refusal(path)).code, 'blueprint/not-a-file');
    }
  });

  test('a socket', { timeout: 2000 }, async () => {
    const path = join(write({}), 's');
    const server = createServer();
    await new Promise<void>((resolve) => {
      server.listen(path, resolve);
    });
    assert.equal((await refusal(path)).code, 'blueprint/not-a-file');
    server.close();
  });

  test('a folder', async () => {
    const { code, message } = await refusal('/etc');
    assert.equal(code, 'blueprint/not-a-file');
    assert.equal(message, '"/etc" is a folder.');
  });

  test('a link to itself, a name below a file, an endless name, a name with NUL', async () => {
    const home = write({ file: 'x' });
    symlinkSync('self', join(home, 'self'));
    assert.equal((await refusal(join(home, 'self'))).code, 'blueprint/unreadable');
    assert.equal((await refusal(join(home, 'file', 'x'))).code, 'blueprint/not-found');
    assert.equal((await refusal(join(home, 'x'.repeat(5000)))).code, 'blueprint/not-found');
    assert.equal((await refusal(join(home, 'a\0b'))).code, 'blueprint/not-found');
  });
});

test('a file of 100 MB is refused without being read', async () => {
  const path = join(write({}), 'large.yaml');
  const file = openSync(path, 'w');
  ftruncateSync(file, 100 * 1024 * 1024);
  closeSync(file);
  const before = process.memoryUsage().rss;
  assert.equal((await refusal(path)).code, 'blueprint/too-large');
  assert(process.memoryUsage().rss - before < 20 * 1024 * 1024);
});

test('the limit is exact, and holds for files that hide their size', async () => {
  const home = write({ 'most.yaml': '#'.repeat(FILE_LIMIT_BYTES), 'more.yaml': '#'.repeat(FILE_LIMIT_BYTES + 1) });
  assert.equal((await readText(join(home, 'most.yaml'))).kind, 'text');
  assert.equal((await refusal(join(home, 'more.yaml'))).code, 'blueprint/too-large');
  assert.equal((await readText('/proc/self/status')).kind, 'text');
});

test('a file that may not be read says so', { skip: process.getuid?.() === 0 && !canDropRoot() }, () => {
  const home = write({ 'secret.yaml': 'version: 1\n' });
  chmodSync(join(home, 'secret.yaml'), 0);
  const module = JSON.stringify(new URL('read-text.ts', import.meta.url).href);
  const path = JSON.stringify(join(home, 'secret.yaml'));
  const code = `const { readText } = await import(${module}); process.setuid?.(65534); console.log(JSON.stringify(await readText(${path})));`;
  mkdirSync(join(home, 'x'));
  for (const folder of [home, join(home, '..')]) chmodSync(folder, 0o755);
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', code], { encoding: 'utf8' });
  assert.match(stdout, /blueprint\/unreadable.*may not be read by this user/, stderr);
});

/** A container may run as root without the right to become somebody else. */
function canDropRoot(): boolean {
  return spawnSync(process.execPath, ['-e', 'process.setuid(65534)']).status === 0;
}

suite('encodings', () => {
  const cases: readonly (readonly [
    title: string,
    bytes: Uint8Array,
    expected: string,
    line?: number,
    column?: number,
  ])[] = [
    ['UTF-16 little endian', Buffer.from('\uFEFFversion: 1\n', 'utf16le'), 'is UTF-16 text'],
    ['UTF-16 big endian', Buffer.from('\uFEFFversion: 1\n', 'utf16le').swap16(), 'is UTF-16 text'],
    ['ISO 8859-1', Buffer.from('version: 1\nname: "é caf\xe9"\n', 'latin1'), 'is not UTF-8 text', 2, 8],
    [
      'a broken character after good ones',
      Buffer.concat([Buffer.from('a: é\ufffd'), Buffer.of(0xc3)]),
      'is not UTF-8',
      1,
      6,
    ],
    ['NUL', Buffer.from('version: 1\nname: a\0b\n'), 'control character U+0000', 2, 8],
    ['escape', Buffer.from('version: \x1b[31m1\n'), 'control character U+001B', 1, 10],
    ['a program', Buffer.from('\x7fELF\x02\x01\x01\0\0'), 'control character U+007F', 1, 1],
  ];
  for (const [title, bytes, expected, line, column] of cases) {
    test(title, async () => {
      const path = join(write({ 'x.yaml': bytes }), 'x.yaml');
      const { code, message, where } = await refusal(path);
      assert.equal(code, 'blueprint/encoding');
      assert(message.includes(expected), message);
      assert.deepEqual([where?.line, where?.column], [line, column]);
    });
  }

  test('any bytes are text or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (bytes) => {
        const result = await readText(join(write({ x: bytes }), 'x'));
        if (result.kind === 'text') assert.deepEqual(Buffer.from(result.source.text), strip(Buffer.from(bytes)));
        else assert.equal(result.diagnostic.code, 'blueprint/encoding');
      }),
      { numRuns: 300 },
    );
  });
});

function strip(bytes: Buffer): Buffer {
  return bytes.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf)) ? bytes.subarray(3) : bytes;
}

suite('limits of what a file can stand for', () => {
  const codesOf = async (text: string): Promise<readonly string[]> => {
    const result = await load({ 'main.yaml': text });
    assert(result.kind === 'invalid');
    return result.diagnostics.map(({ code }) => code.replace('blueprint/', ''));
  };

  test('an alias bomb', async () => {
    const levels = Array.from({ length: 9 }, (_, index) =>
      index === 0
        ? 'a0: &a0 [x]'
        : `a${index}: &a${index} [${Array(9)
            .fill(`*a${index - 1}`)
            .join(', ')}]`,
    );
    assert.deepEqual(await codesOf(`version: 1\nsample:\n  ${levels.join('\n  ')}\n`), ['alias-limit']);
  });

  test('more aliases than anybody writes', async () => {
    const aliases = Array(1001).fill('*a').join(', ');
    assert.deepEqual(await codesOf(`version: 1\nsample: {text: &a x, list: [${aliases}]}\n`), ['alias-limit']);
  });

  test('depth, in brackets, by indentation, in one line of dashes, through aliases', async () => {
    assert.deepEqual(await codesOf(`version: 1\nsample: ${'['.repeat(200_000)}`), ['too-deep']);
    const nested = Array.from({ length: 40 }, (_, index) => `${' '.repeat(index)}a:\n`).join('');
    assert.deepEqual(await codesOf(nested), ['too-deep']);
    assert.deepEqual(await codesOf('- '.repeat(100_000)), ['too-deep']);
    const chain = Array.from({ length: 40 }, (_, i) => `  a${i}: &a${i} ${i === 0 ? '[x]' : `[*a${i - 1}]`}\n`).join(
      '',
    );
    assert.deepEqual(await codesOf(`version: 1\nsample:\n${chain}`), ['too-deep']);
  });

  test('32 levels are not too deep', async () => {
    const codes = await codesOf(`version: 1\nsample: ${'['.repeat(30)}${']'.repeat(30)}\n`);
    assert.deepEqual(codes, ['wrong-type']);
  });

  test('a file full of keys takes little time', { timeout: 60_000 }, async () => {
    const keys = Array.from({ length: 60_000 }, (_, index) => `k${index}: 1\n`).join('');
    assert.deepEqual(new Set(await codesOf(`version: 1\n${keys}`)), new Set(['unknown-key', 'more']));
    assert.deepEqual(await codesOf('[]'.repeat(500_000)), ['too-large']);
  });

  test('more problems than help are counted', async () => {
    const result = await load({ 'main.yaml': `version: 1\nsample: {list: [${Array(300).fill('1').join(', ')}]}\n` });
    assert(result.kind === 'invalid');
    assert.equal(result.diagnostics.length, 101);
    assert.equal(result.diagnostics.at(-1)?.message, 'There are 200 more problems; mend these first.');
  });
});
