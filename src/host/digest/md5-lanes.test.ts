import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { BLOCK_BYTES, Md5Lanes, type Message, PIECE_BYTES } from './md5-lanes.ts';

interface Parts {
  readonly partBytes: number;
  /** Where reading fails. */
  readonly breaksAt?: number;
}

/** Hands a message out in parts of a size, or breaks off. */
function messageOf(bytes: Uint8Array, { partBytes, breaksAt = Infinity }: Parts, done: Message['done']): Message {
  let position = 0;
  return {
    read(buffer) {
      if (position >= breaksAt) throw new Error('broken off');
      const part = bytes.subarray(position, position + Math.min(partBytes, buffer.length));
      buffer.set(part);
      position += part.length;
      return part.length;
    },
    done,
  };
}

function digestAll(messages: readonly Uint8Array[], partBytes: number): readonly string[] {
  const digests: string[] = [];
  const waiting = messages.map((bytes, index) =>
    messageOf(bytes, { partBytes }, (result) => {
      digests[index] = 'hex' in result ? result.hex : String(result.error);
    }),
  );
  new Md5Lanes().digest(() => waiting.shift());
  return digests;
}

/** No two messages alike, no two bytes beside each other either. */
function bytesOf(lengthBytes: number, seed: number): Uint8Array {
  return Uint8Array.from({ length: lengthBytes }, (_, index) => (index * 7 + seed * 31 + (index >> 8)) % 256);
}

const nodeSays = (bytes: Uint8Array): string => createHash('md5').update(bytes).digest('hex');

test('has the digests of RFC 1321, appendix A.5', () => {
  const texts = ['', 'a', 'abc', 'message digest', 'abcdefghijklmnopqrstuvwxyz'];
  assert.deepEqual(
    digestAll(
      texts.map((text) => Buffer.from(text)),
      1,
    ),
    [
      'd41d8cd98f00b204e9800998ecf8427e',
      '0cc175b9c0f1b6a831c399e269772661',
      '900150983cd24fb0d6963f7d28e17f72',
      'f96b697d7cb7938d525a2f31aaf161d0',
      'c3fcd3d76192e4007dfb496cca67e13b',
    ],
  );
});

test('is the MD5 of Node for every length around the ends of blocks and pieces', () => {
  const around = [0, BLOCK_BYTES, 2 * BLOCK_BYTES, PIECE_BYTES, 2 * PIECE_BYTES].flatMap((middle) =>
    Array.from({ length: 2 * 12 }, (_, index) => Math.max(0, middle - 12 + index)),
  );
  const messages = around.map((length, index) => bytesOf(length, index));
  assert.deepEqual(digestAll(messages, PIECE_BYTES), messages.map(nodeSays));
});

test('is the MD5 of Node for any messages, however they come', () => {
  const message = fc.tuple(fc.nat({ max: 3000 }), fc.nat({ max: 1000 })).map(([length, seed]) => bytesOf(length, seed));
  fc.assert(
    fc.property(fc.array(message, { maxLength: 12 }), fc.integer({ min: 1, max: 500 }), (messages, partBytes) => {
      assert.deepEqual(digestAll(messages, partBytes), messages.map(nodeSays));
    }),
  );
});

test('a message that breaks off has no digest, and the others have theirs', () => {
  const messages = [5, 100, 70_000, 0, 64].map((length, index) => bytesOf(length, index));
  const results: string[] = [];
  const waiting = messages.map((bytes, index) =>
    messageOf(bytes, { partBytes: 10, breaksAt: index === 2 ? 5000 : Infinity }, (result) => {
      results[index] = 'hex' in result ? result.hex : 'broken';
    }),
  );
  new Md5Lanes().digest(() => waiting.shift());
  assert.deepEqual(
    results,
    messages.map((bytes, index) => (index === 2 ? 'broken' : nodeSays(bytes))),
  );
});
