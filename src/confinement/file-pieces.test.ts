import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, suite, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { filePieces } from './file-pieces.ts';
import { unpackLog } from './unpack-log.ts';

/** More than two pieces, and not a whole number of them; no two stretches of it are alike. */
const text = Buffer.from(Array.from({ length: 200_000 }, (_, number) => String(number)).join('\n'));

/** As a slow pipe has it. */
async function* byteByByte(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const piece = Buffer.alloc(1);
  for (const byte of bytes) {
    await Promise.resolve();
    piece[0] = byte;
    yield piece;
  }
}

suite('a file in pieces that share their memory', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'freehold-pieces-'));
  after(() => rmSync(scratch, { recursive: true }));

  async function unpacked(path: string): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    const end = await unpackLog(filePieces(path), (bytes) => pieces.push(Uint8Array.from(bytes)));
    assert.deepEqual(end, { kind: 'whole' });
    return Buffer.concat(pieces);
  }

  for (const [title, bytes] of [
    ['is whole as it lies there', text],
    ['is unpacked', gzipSync(text, { level: 0 })],
    ['may have a single byte', Buffer.from('x')],
    ['may have none', Buffer.alloc(0)],
  ] as const) {
    test(title, async () => {
      const path = join(scratch, 'log');
      writeFileSync(path, bytes);
      const expected = bytes.length < text.length ? bytes : text;
      assert.ok((await unpacked(path)).equals(expected));
    });
  }

  test('is told to be packed when its first bytes come one by one', async () => {
    const unpackedPieces: Uint8Array[] = [];
    await unpackLog(byteByByte(gzipSync(text)), (bytes) => unpackedPieces.push(Uint8Array.from(bytes)));
    assert.ok(Buffer.concat(unpackedPieces).equals(text));
  });

  test('that is not there, or a folder, throws', async () => {
    const read = async (path: string): Promise<unknown> => await filePieces(path).next();
    await assert.rejects(read(join(scratch, 'none')), { code: 'ENOENT' });
    await assert.rejects(read(scratch), { code: 'EISDIR' });
  });
});
