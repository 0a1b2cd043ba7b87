import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import fc from 'fast-check';
import { Spool } from './spool.ts';

const MEMORY_BYTES = 20;

async function contentOf(spool: Spool): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of spool.pieces()) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

test('what goes in comes out, as often as it is asked for, from memory or from the disk', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 15 }), { maxLength: 6 }), async (pieces) => {
      const spool = new Spool(MEMORY_BYTES);
      // Several writes at a time, as a reader has them under way.
      await Promise.all(pieces.map((piece) => spool.write(piece)));
      const whole = Buffer.concat(pieces);
      for (let round = 0; round < 2; round += 1) assert(whole.equals(await contentOf(spool)));
      await spool.close();
    }),
    { numRuns: 60 },
  );
});

test('a file that it writes has no name', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'freehold-spool-test-'));
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  const spool = new Spool(0);
  await spool.write(Buffer.from('secret'));
  if (before === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = before;
  assert.deepEqual(readdirSync(folder), []);
  assert.equal((await contentOf(spool)).toString(), 'secret');
  await spool.close();
  rmSync(folder, { recursive: true });
});
