import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import type { UntaggedFamily } from '../../src/signatures/checksums/algorithm.ts';
import { type ChecksumLine, nameBytes } from '../../src/signatures/checksums/line.ts';
import { ChecksumReader } from '../../src/signatures/checksums/reader.ts';
import { whyNo } from './tools.ts';

/*
 * Lists, differentially: what coreutils and openssl write is read, and lines that somebody bent are taken for the same files and
 * digests as `sha256sum --check` takes them for.
 */
const ROUNDS = 40;
const NOTHING = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

function read(bytes: Uint8Array, family: UntaggedFamily = 'sha2'): readonly ChecksumLine[] {
  const reader = new ChecksumReader({ family, separator: bytes.at(-1) === 0 ? 'nul' : 'line' });
  return [...reader.push(bytes), ...reader.end()].filter(({ kind }) => kind !== 'nothing');
}

/** Runs in a folder of files that is gone afterwards. */
function inFolder(files: ReadonlyMap<string, Uint8Array>, use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-lists-'));
  try {
    for (const [name, content] of files) writeFileSync(Buffer.from(`${folder}/${name}`, 'latin1'), content);
    use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** `sh` hands names on as the bytes they are, which Node's own arguments can't be. */
function hashAll(folder: string, command: string): Buffer {
  const { status, stdout, stderr } = spawnSync('sh', ['-c', `LC_ALL=C; export LC_ALL; ${command} -- *`], {
    cwd: folder,
  });
  assert.equal(status, 0, stderr.toString());
  return stdout;
}

/** A file's name as Linux allows it, one character for each byte. */
const fileName = fc
  .uint8Array({ minLength: 1, maxLength: 10 })
  .map((bytes) => Buffer.from(bytes.map((byte) => (byte === 0 || byte === 0x2f ? 0x5c : byte))).toString('latin1'))
  // The shell's * leaves out what begins with a dot.
  .filter((name) => !name.startsWith('.'));

const files = fc.uniqueArray(fileName, { minLength: 1, maxLength: 5 });

const WRITERS: readonly { readonly command: string; readonly family: UntaggedFamily; readonly hash: string }[] = [
  { command: 'sha256sum', family: 'sha2', hash: 'sha256' },
  { command: 'sha256sum --binary', family: 'sha2', hash: 'sha256' },
  { command: 'sha256sum --tag', family: 'sha2', hash: 'sha256' },
  { command: 'sha256sum --zero', family: 'sha2', hash: 'sha256' },
  { command: 'sha384sum', family: 'sha2', hash: 'sha384' },
  { command: 'sha512sum', family: 'sha2', hash: 'sha512' },
  { command: 'sha512sum --tag', family: 'sha2', hash: 'sha512' },
  { command: 'b2sum', family: 'blake2b', hash: 'blake2b512' },
  { command: 'b2sum --tag', family: 'sha2', hash: 'blake2b512' },
  { command: 'md5sum', family: 'sha2', hash: 'md5' },
];

suite('what others write is read', { skip: whyNo('sha256sum', 'b2sum') }, () => {
  for (const { command, family, hash } of WRITERS) {
    test(command, () => {
      fc.assert(
        fc.property(files, (names) => {
          inFolder(new Map(names.map((name) => [name, Buffer.from(name)])), (folder) => {
            const lines = read(hashAll(folder, command), family);
            const found = lines.map((line) => (line.kind === 'entry' ? line.entry.name : `${line.kind}: no name`));
            assert.deepEqual(new Set(found), new Set(names));
            assert.equal(found.length, names.length);
            for (const line of lines) assert.equal(line.kind === 'entry' && line.entry.algorithm.hash, hash);
          });
        }),
        { numRuns: ROUNDS },
      );
    });
  }

  test('openssl dgst', { skip: whyNo('openssl') }, () => {
    inFolder(new Map([['a b', Buffer.from('x')]]), (folder) => {
      for (const digest of ['sha256', 'sha512', 'sha3-256', 'blake2b512']) {
        const { stdout } = spawnSync('openssl', ['dgst', `-${digest}`, 'a b'], { cwd: folder });
        const [line] = read(stdout);
        assert(line?.kind === 'entry', stdout.toString());
        assert.equal(line.entry.algorithm.hash, digest);
        assert.equal(line.entry.name, 'a b');
      }
    });
  });
});

/** Lines that are nearly right, of names that all stand for files that are there. */
const bentLine = fc
  .tuple(
    fc.constantFrom('', ' ', '\t', '\\', ' \\', '#'),
    fc.constantFrom(NOTHING, NOTHING.toUpperCase(), NOTHING.slice(1), 'SHA256 (', 'SHA256(', 'SHA256  (', 'SHA1 ('),
    fc.constantFrom('  ', ' *', ' ', '\t', '\t ', '   ', '', '* '),
    fc.constantFrom('a', ' a', '*a', 'a\\nb', 'a\\\\b', 'a\\b', 'a)', 'aa', 'x y '),
    fc.constantFrom(
      '',
      '\r',
      ') = ' + NOTHING,
      ')= ' + NOTHING,
      ') =' + NOTHING,
      `)  =\t${NOTHING}`,
      ') = ' + NOTHING + ' ',
    ),
  )
  .map((parts) => parts.join(''));

const FILES = ['a', ' a', '*a', 'a\nb', 'a\\b', 'a\\nb', 'a\\\\b', 'a)', 'aa', 'x y ', 'x y', '* a'];

test('bent lines are taken as sha256sum --check takes them', { skip: whyNo('sha256sum') }, () => {
  inFolder(new Map(FILES.map((name) => [name, Buffer.alloc(0)])), (folder) => {
    fc.assert(
      fc.property(fc.array(bentLine, { minLength: 1, maxLength: 4 }), (lines) => {
        const list = Buffer.from(`${lines.join('\n')}\n`, 'latin1');
        const { stdout } = spawnSync('sha256sum', ['--check', '-'], {
          cwd: folder,
          input: list,
          env: { ...process.env, LC_ALL: 'C' },
        });
        const theirs = stdout
          .toString('latin1')
          .split('\n')
          .filter((line) => line.endsWith(': OK'));
        const ours = read(list).flatMap((line) =>
          line.kind === 'entry' && line.entry.algorithm.hash === 'sha256' && line.entry.digest === NOTHING
            ? [line.entry.name]
            : [],
        );
        const known = ours.filter((name) => FILES.includes(nameBytes(name).toString('latin1')));
        assert.equal(known.length, theirs.length, `${JSON.stringify(lines)}\n${stdout.toString()}`);
      }),
      { numRuns: 400 },
    );
  });
});
