import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { HostError } from '../error.ts';
import { type Packing, unpack } from './unpack.ts';

const PACK = { gzip: gzipSync, zstd: zstdCompressSync } as const;
const packing = fc.constantFrom<Packing>('gzip', 'zstd');
const texts = fc.array(fc.uint8Array({ maxLength: 200 }), { minLength: 1, maxLength: 5 });

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer, undefined> {
  for (let start = 0; start < bytes.length; start += size) {
    yield await Promise.resolve(bytes.subarray(start, start + size));
  }
}

async function unpacked(bytes: Buffer, how: Packing, pieceBytes: number): Promise<Buffer> {
  const allowance = { bytes: Number.MAX_SAFE_INTEGER };
  const chunks: Buffer[] = [];
  for await (const chunk of unpack(inPieces(bytes, pieceBytes), {
    packing: how,
    packedBytes: bytes.length,
    allowance,
  })) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

test('all members and frames are unpacked, wherever the pieces they come in end', async () => {
  await fc.assert(
    fc.asyncProperty(packing, texts, fc.integer({ min: 1, max: 300 }), async (how, parts, pieceBytes) => {
      const packed = Buffer.concat(parts.map((part) => PACK[how](part)));
      assert.deepEqual(await unpacked(packed, how, pieceBytes), Buffer.concat(parts));
    }),
  );
});

test('what is cut off in the middle of a member is damaged', async () => {
  await fc.assert(
    fc.asyncProperty(packing, texts, fc.nat(), async (how, parts, cut) => {
      const members = parts.map((part) => PACK[how](part));
      const last = members.at(-1) ?? Buffer.alloc(0);
      const kept = last.subarray(0, 1 + (cut % (last.length - 1)));
      const packed = Buffer.concat([...members.slice(0, -1), kept]);
      await assert.rejects(unpacked(packed, how, packed.length), HostError);
    }),
  );
});

test('the zeros of a tape after gzip are passed over, anything else is not', async () => {
  const packed = gzipSync('x'.repeat(1000));
  assert.equal((await unpacked(Buffer.concat([packed, Buffer.alloc(700)]), 'gzip', 64)).length, 1000);
  await assert.rejects(unpacked(Buffer.concat([zstdCompressSync('x'), Buffer.from('garbage')]), 'zstd', 64), HostError);
});

test('what may come out in all is limited', async () => {
  const packed = gzipSync(Buffer.alloc(1_000_000));
  const allowance = { bytes: 100_000 };
  await assert.rejects(async () => {
    for await (const chunk of unpack(inPieces(packed, 100), {
      packing: 'gzip',
      packedBytes: packed.length,
      allowance,
    })) {
      assert.ok(chunk.length > 0);
    }
  }, /more than \d+ are not taken/);
});
