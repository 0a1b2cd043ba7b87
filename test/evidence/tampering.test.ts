/** Whatever somebody does to a ledger who doesn't have its key. */
import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { checkpointText } from '../../src/evidence/ledger/checkpoint.ts';
import { leafHash } from '../../src/evidence/ledger/merkle.ts';
import { renderNote } from '../../src/evidence/ledger/note.ts';
import { RollingRoot } from '../../src/evidence/ledger/rolling-root.ts';
import { Recorder } from '../../src/evidence/record.ts';
import { verifyEvidence } from '../../src/evidence/verify.ts';
import { readPublicKey } from '../../src/signatures/dsse/public-key.ts';
import { Evidence, runOf } from './evidence.ts';

const NAMES = ['zero', 'one', 'two', 'three', 'four', 'five', 'six'];

type Edit = (lines: readonly string[]) => readonly string[];

const swapped: Edit = (lines) => lines.with(2, lines[3] ?? '').with(3, lines[2] ?? '');
const EDITS: Readonly<Record<string, Edit>> = {
  'the first is removed': (lines) => lines.slice(1),
  'one in the middle is removed': (lines) => lines.toSpliced(3, 1),
  'the last is removed': (lines) => lines.slice(0, -1),
  'all are removed': () => [],
  'two change places': swapped,
  'one stands twice': (lines) => lines.toSpliced(3, 0, lines[2] ?? ''),
  'one replaces another': (lines) => lines.with(4, lines[1] ?? ''),
  'all in the other order': (lines) => lines.toReversed(),
  'an empty line between': (lines) => lines.toSpliced(3, 0, ''),
  'a blank that JSON passes over': (lines) => lines.with(3, `${lines[3] ?? ''} `),
};

const codes = (evidence: Evidence, kept?: string): readonly string[] => [
  ...new Set(evidence.verify(kept).problems.map(({ code }) => code)),
];

function edit(evidence: Evidence, change: Edit): void {
  const { entries } = evidence.files.ledger;
  const lines = readFileSync(entries, 'utf8').trimEnd().split('\n');
  writeFileSync(
    entries,
    change(lines)
      .map((line) => `${line}\n`)
      .join(''),
  );
}

async function sound(): Promise<Evidence> {
  const evidence = await Evidence.create();
  await evidence.record(...NAMES);
  assert.deepEqual(codes(evidence), []);
  return evidence;
}

test('entries that are removed, moved, doubled or exchanged', async () => {
  using start = await sound();
  for (const [name, change] of Object.entries(EDITS)) {
    using evidence = start.copy();
    edit(evidence, change);
    assert.notDeepEqual(codes(evidence), [], name);
  }
});

test('one changed bit, in every byte of an entry', async () => {
  using evidence = await sound();
  const { entries } = evidence.files.ledger;
  const whole = readFileSync(entries);
  const start = whole.indexOf('\n') + 1;
  const end = whole.indexOf('\n', start);
  for (let at = start; at <= end; at += 1) {
    const bent = Buffer.from(whole);
    bent[at] = (whole[at] ?? 0) ^ 1;
    writeFileSync(entries, bent);
    assert.notDeepEqual(codes(evidence), [], `byte ${String(at - start)}: ${String.fromCharCode(whole[at] ?? 0)}`);
  }
});

test('one changed bit, in every byte of the checkpoint and of the hashes', async () => {
  using evidence = await sound();
  for (const name of ['checkpoint', 'tree'] as const) {
    const path = evidence.files.ledger[name];
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 1) {
      const bent = Buffer.from(whole);
      bent[at] = (whole[at] ?? 0) ^ 1;
      writeFileSync(path, bent);
      assert.deepEqual(codes(evidence), [name === 'tree' ? 'hashes' : 'checkpoint'], `${name}, byte ${String(at)}`);
    }
    writeFileSync(path, whole);
  }
  rmSync(evidence.files.ledger.tree);
  assert.deepEqual(codes(evidence), ['hashes']);
});

test('reports that are gone, changed or another’s', async () => {
  using start = await sound();
  const reports = readdirSync(start.files.reports, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.gz'),
  );
  assert.equal(reports.length, NAMES.length);
  const [first = '', second = ''] = reports;
  const whole = readFileSync(join(start.files.reports, first));
  const contents = [
    whole.subarray(0, -1),
    Buffer.alloc(0),
    gzipSync('{"name":"another"}'),
    gzipSync(Buffer.alloc(100_000_000)),
    readFileSync(join(start.files.reports, second)),
  ];
  for (const content of [undefined, ...contents]) {
    using evidence = start.copy();
    const path = join(evidence.files.reports, first);
    if (content === undefined) rmSync(path);
    else writeFileSync(path, content);
    assert.deepEqual(codes(evidence), ['report']);
  }
});

test('a fork, by whoever has the key', async () => {
  using start = await sound();
  using left = start.copy();
  using right = start.copy();
  await left.record('left');
  await right.record('right', 'and on');
  const [leftNote, rightNote] = [left, right].map(({ files }) => readFileSync(files.ledger.checkpoint, 'utf8'));
  const before = readFileSync(start.files.ledger.checkpoint, 'utf8');
  assert.deepEqual([codes(left, before), codes(right, before)], [[], []]);
  assert.deepEqual(codes(right, leftNote), ['forked']);
  assert.deepEqual(codes(left, rightNote), ['truncated'], 'it has more than there is here');
});

test('an old copy that is put back is seen by nobody but who kept a checkpoint', async () => {
  using evidence = await sound();
  using old = evidence.copy();
  await evidence.record('what must not be known');
  const kept = readFileSync(evidence.files.ledger.checkpoint, 'utf8');
  assert.deepEqual(codes(old), []);
  assert.deepEqual(codes(old, kept), ['truncated']);
  assert.throws(() => old.verify('somebody’s\n'), /proves nothing/);
});

test('a whole ledger that is signed anew is another key’s', async () => {
  using evidence = await sound();
  const { name } = evidence.noteKey;
  const pinned = evidence.noteKey;
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const read = readPublicKey(publicKey.export({ format: 'pem', type: 'spki' }).toString());
  assert.ok(read.kind === 'key');
  const rolling = new RollingRoot();
  for (const line of readFileSync(evidence.files.ledger.entries, 'utf8').trimEnd().split('\n'))
    rolling.add(leafHash(Buffer.from(line)));
  const text = checkpointText({ origin: name, size: rolling.size, root: rolling.root() });
  const note = renderNote(text, { name, key: read.key }, sign(null, Buffer.from(text), privateKey));
  writeFileSync(evidence.files.ledger.checkpoint, note);
  const { problems } = verifyEvidence(evidence.files, { noteKey: pinned });
  assert.deepEqual(
    problems.map(({ code }) => code),
    ['checkpoint'],
  );
  const foreign = verifyEvidence(evidence.files, { noteKey: { name, key: read.key } });
  assert.deepEqual(
    foreign.problems.map(({ code }) => code),
    NAMES.map(() => 'entry'),
    'each entry has the old key',
  );
});

test('entries that are signed for another place don’t count, whatever the root says', async () => {
  using evidence = await sound();
  edit(evidence, swapped);
  const noteKey = evidence.noteKey;
  const privateKey = createPrivateKey(readFileSync(evidence.files.privateKey));
  const rolling = new RollingRoot();
  for (const line of readFileSync(evidence.files.ledger.entries, 'utf8').trimEnd().split('\n'))
    rolling.add(leafHash(Buffer.from(line)));
  const text = checkpointText({ origin: noteKey.name, size: rolling.size, root: rolling.root() });
  writeFileSync(evidence.files.ledger.checkpoint, renderNote(text, noteKey, sign(null, Buffer.from(text), privateKey)));
  assert.deepEqual(codes(evidence), ['entry']);
});

test('who writes on builds on the checkpoint that is there, not on the one remembered', async () => {
  using evidence = await sound();
  const recorder = new Recorder(evidence.files);
  const { checkpoint } = evidence.files.ledger;
  const record = async (name: string): Promise<string> => {
    const result = await recorder.record(runOf(name));
    return result.kind === 'recorded' ? String(result.sequence) : result.reason;
  };
  assert.equal(await record('own'), String(NAMES.length));
  const own = readFileSync(checkpoint, 'utf8');
  await evidence.record('of another process');
  assert.equal(await record('and on'), String(NAMES.length + 2));
  const last = readFileSync(checkpoint, 'utf8');
  for (const at of [0, last.indexOf('\n') + 1, last.length - 4]) {
    writeFileSync(checkpoint, `${last.slice(0, at)}${last[at] === '1' ? '2' : '1'}${last.slice(at + 1)}`);
    assert.match(await record('no'), /damaged|can't be read/, `byte ${String(at)}`);
  }
  // Everything behind an older checkpoint is whole and signed, so it counts again.
  writeFileSync(checkpoint, own);
  assert.equal(await record('after all of it'), String(NAMES.length + 3));
  assert.deepEqual(codes(evidence), []);
});
