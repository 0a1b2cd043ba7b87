/** Holds half a million paths against their baseline; run by baseline-large.test.ts in a process with little memory. */
import process from 'node:process';
import { compare, lookThrough } from '../../src/controls/integrity/baseline/compare.ts';
import { renderEntry } from '../../src/controls/integrity/baseline/entry.ts';
import { BASELINE_FORMAT, renderHeader } from '../../src/controls/integrity/baseline/header.ts';
import { readEntries } from '../../src/controls/integrity/baseline/lines.ts';
import { pairsOf } from '../../src/controls/integrity/baseline/pairs.ts';
import type { Walked } from '../../src/controls/integrity/walk/walked.ts';

const ENTRIES = 500_000;
const CHUNK = 10_000;
const CHANGED = 100_000;
const SHA256 = 'a'.repeat(64);

function* tree(isChanged: boolean): Generator<Walked> {
  for (let index = 0; index < ENTRIES; index += 1) {
    yield {
      path: `/usr/share/some/folder/with/a/name/${String(index).padStart(7, '0')}/file`,
      type: 'file',
      mode: isChanged && index < CHANGED ? 0o755 : 0o644,
      uid: 0,
      gid: 0,
      sizeBytes: index,
      identity: {
        modified: '1700000000.000000000',
        changed: '1700000000.000000000',
        inode: String(index),
        device: '65024',
      },
    };
  }
}

const header = renderHeader({
  format: BASELINE_FORMAT,
  name: 'large',
  hostname: 'large',
  machine: 'large',
  takenAt: '2025-01-01T00:00:00Z',
  trees: ['/usr'],
  without: [],
  hasOtherFileSystems: false,
  hasAttributes: false,
  entries: ENTRIES,
});
const pieces: Buffer[] = [Buffer.from(`${header}\n`)];
let lines: string[] = [];
for (const walked of tree(false)) {
  lines.push(`${renderEntry({ ...walked, sha256: SHA256 })}\n`);
  if (lines.length < CHUNK) continue;
  pieces.push(Buffer.from(lines.join('')));
  lines = [];
}
const bytes = Buffer.concat([...pieces, Buffer.from(lines.join(''))]);
const { counts, differences } = compare(pairsOf(tree(true), readEntries(bytes, { hasAttributes: false })), {
  look: lookThrough({ digests: new Map(), attributes: undefined }),
  compared: ['content', 'mode', 'size'],
  kept: 3,
});
process.stdout.write(JSON.stringify({ ...counts, kept: differences.length }));
