import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import type { DigestRequest } from '../signatures/judgement.ts';
import { CanonicalText } from './canonical-text.ts';
import { type ByteSink, DigestReader, type ReadOutcome } from './digests.ts';
import { type ByteSource, openFile, StreamSource } from './source.ts';

const BYTES_PER_MIB = 1024 * 1024;
const folder = mkdtempSync(join(tmpdir(), 'freehold-digests-'));
const reader = new DigestReader({ threads: 2 });

after(async () => {
  await reader.close();
  rmSync(folder, { recursive: true, force: true });
});

function file(name: string, content: Uint8Array | string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function opened(path: string): Promise<ByteSource> {
  const result = await openFile(path);
  assert.equal(result.kind, 'open');
  return result.source;
}

type Read = Extract<ReadOutcome, { kind: 'read' }>;

function isRead(outcome: ReadOutcome): asserts outcome is Read {
  assert.equal(outcome.kind, 'read', JSON.stringify(outcome));
}

/** What a request asks for, in the plainest way. */
function expected({ algorithm, prefix, suffix, isText = false }: DigestRequest, content: Uint8Array): string {
  const text = Buffer.from(content)
    .toString('latin1')
    .replaceAll(/\r\n|\n/g, '\r\n');
  const hash = createHash(algorithm);
  for (const part of [prefix, isText ? Buffer.from(text, 'latin1') : content, suffix])
    if (part !== undefined) hash.update(part);
  return hash.digest('hex');
}

function assertDigests({ digests }: Read, requests: readonly DigestRequest[], content: Uint8Array): void {
  assert.deepEqual(
    digests.map((digest) => Buffer.from(digest).toString('hex')),
    requests.map((request) => expected(request, content)),
  );
}

const bytes = fc.uint8Array({ maxLength: 6 });
const request: fc.Arbitrary<DigestRequest> = fc.record(
  {
    algorithm: fc.constantFrom('sha256', 'sha512', 'sha1', 'blake2b512'),
    prefix: bytes,
    suffix: bytes,
    isText: fc.boolean(),
  },
  { requiredKeys: ['algorithm'] },
);
const lines = fc.array(fc.constantFrom('\r', '\n', '\r\n', 'a', ''), { maxLength: 12 }).map((parts) => parts.join(''));

test('one read answers every request, whatever comes before, after and between the lines', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 6 }), lines, async (requests, text) => {
      const outcome = await reader.read(await opened(file('small', text)), { digests: requests });
      isRead(outcome);
      assert.equal(outcome.sizeBytes, text.length);
      assertDigests(outcome, requests, Buffer.from(text));
    }),
    { numRuns: 150 },
  );
});

test('a line end that two pieces share is one', () => {
  fc.assert(
    fc.property(lines, fc.array(fc.nat({ max: 12 }), { maxLength: 5 }), (text, cuts) => {
      const canonical = new CanonicalText();
      const edges = [0, ...cuts.filter((cut) => cut < text.length).toSorted((a, b) => a - b), text.length];
      const pieces = edges.map((edge, index) => text.slice(edges[index - 1] ?? 0, edge));
      const result = pieces.map((piece) => Buffer.from(canonical.push(Buffer.from(piece))).toString()).join('');
      assert.equal(result, text.replaceAll(/\r\n|\n/g, '\r\n'));
    }),
  );
});

test('a large file is digested on several threads, and its bytes go to sinks as they are', async () => {
  const content = Buffer.alloc(20 * BYTES_PER_MIB + 12_345);
  for (let at = 0; at < content.length; at += 8)
    content.writeUInt32LE((at * 2_654_435_761) % 2 ** 32, at > content.length - 8 ? 0 : at);
  const path = file('large', content);
  const requests: readonly DigestRequest[] = [
    { algorithm: 'sha256' },
    { algorithm: 'sha512', suffix: Buffer.from('trailer') },
    { algorithm: 'sha512', prefix: Buffer.from('salt'), isText: true },
    { algorithm: 'blake2b512' },
  ];
  const copies = await Promise.all(
    [1, 2, 3].map(async () => {
      const pieces: Uint8Array[] = [];
      // As slow as a disk: what it is given must stay as it is until it says that it is done.
      const sink: ByteSink = {
        async write(piece) {
          await setImmediate();
          pieces.push(Uint8Array.from(piece));
        },
      };
      const outcome = await reader.read(await opened(path), { digests: requests, sinks: [sink] });
      isRead(outcome);
      assertDigests(outcome, requests, content);
      return Buffer.concat(pieces);
    }),
  );
  for (const copy of copies) assert(copy.equals(content));
});

test('content is kept up to its limit, and no further', async () => {
  const path = file('content', 'abc');
  const whole = await reader.read(await opened(path), { digests: [], contentLimitBytes: 3 });
  const none = await reader.read(await opened(path), { digests: [], contentLimitBytes: 2 });
  isRead(whole);
  isRead(none);
  assert.deepEqual([Buffer.from(whole.content ?? []).toString(), none.content], ['abc', undefined]);
});

suite('what can not be read is told', () => {
  const cases: readonly (readonly [string, () => string, RegExp])[] = [
    ['nothing', () => join(folder, 'nothing'), /no such file/],
    ['below a file', () => join(file('plain', ''), 'x'), /no such file/],
    ['a folder', () => folder, /a folder/],
    ['a device', () => '/dev/zero', /a device/],
    ['a name with NUL', () => 'a\0b', /NUL/],
    ['a name that is too long', () => join(folder, 'x'.repeat(300)), /too long/],
  ];
  for (const [name, path, reason] of cases) {
    test(name, async () => {
      const result = await openFile(path());
      assert(result.kind !== 'open');
      assert.match(result.reason, reason);
    });
  }

  test('a link that leads back to itself', async () => {
    symlinkSync('loop', join(folder, 'loop'));
    const result = await openFile(join(folder, 'loop'));
    assert(result.kind === 'unread' && /back to itself/.test(result.reason));
  });

  test('a pipe, without waiting for it', async () => {
    const path = join(folder, 'fifo');
    assert.equal(spawnSync('mkfifo', [path]).status, 0);
    const result = await openFile(path);
    assert(result.kind === 'unread' && /pipe/.test(result.reason));
  });

  test('a socket', async () => {
    const path = join(folder, 'socket');
    const server = createServer();
    server.listen(path);
    await once(server, 'listening');
    const result = await openFile(path);
    server.close();
    assert(result.kind === 'unread' && /socket/.test(result.reason));
  });

  test('a file that somebody writes to meanwhile', async () => {
    const path = file('growing', 'first\n');
    // Grown once: otherwise it would never end.
    let isGrown = false;
    const sink: ByteSink = {
      write() {
        if (!isGrown) appendFileSync(path, 'more\n');
        isGrown = true;
      },
    };
    const outcome = await reader.read(await opened(path), { digests: [{ algorithm: 'sha256' }], sinks: [sink] });
    assert(outcome.kind === 'unread' && /changed while it was read/.test(outcome.reason));
  });

  test('a stream that fails', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Buffer.from('a'));
      throw new Error('the line was cut');
    }
    const outcome = await reader.read(new StreamSource(broken()), { digests: [{ algorithm: 'sha256' }] });
    assert(outcome.kind === 'unread' && /the line was cut/.test(outcome.reason));
  });
});

test('a sink that fails fails the read, and the reader goes on', async () => {
  const path = file('full', Buffer.alloc(9 * BYTES_PER_MIB));
  const sink: ByteSink = { write: () => Promise.reject(new Error('no room')) };
  const wanted = { digests: [{ algorithm: 'sha256' }, { algorithm: 'sha512' }], sinks: [sink] };
  await assert.rejects(reader.read(await opened(path), wanted), /no room/);
  const outcome = await reader.read(await opened(path), { digests: wanted.digests });
  isRead(outcome);
  assertDigests(outcome, wanted.digests, Buffer.alloc(9 * BYTES_PER_MIB));
});

test('a stream is read like a file, whatever its pieces', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 50 }), { maxLength: 8 }), async (pieces) => {
      const requests = [{ algorithm: 'sha256' }, { algorithm: 'sha512', isText: true }];
      const outcome = await reader.read(new StreamSource(streamOf(pieces)), { digests: requests });
      isRead(outcome);
      assertDigests(outcome, requests, Buffer.concat(pieces));
    }),
    { numRuns: 50 },
  );
});

async function* streamOf(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}
