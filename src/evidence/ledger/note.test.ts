import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { readPublicKey } from '../../signatures/dsse/public-key.ts';
import { checkpointText, readCheckpoint } from './checkpoint.ts';
import { type NoteKey, readNote, readVerifierKey, renderNote, renderVerifierKey } from './note.ts';

/** The example of https://pkg.go.dev/golang.org/x/mod/sumdb/note, which signs notes of the same form. */
const GO_KEY = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const GO_TEXT = `If you think cryptography is the answer to your problem,
then you don't know what your problem is.
`;
const GO_NOTE = `${GO_TEXT}
— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
`;

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const OWN = keyOf('example.org/ledger');
const ROOT = Buffer.alloc(32, 7);

function keyOf(name: string): NoteKey {
  const read = readPublicKey(publicKey.export({ format: 'pem', type: 'spki' }).toString());
  assert.ok(read.kind === 'key');
  return { name, key: read.key };
}

function signed(text: string, noteKey: NoteKey = OWN): string {
  return renderNote(text, noteKey, sign(null, Buffer.from(text), privateKey));
}

test('a note that Go signed', () => {
  const key = readVerifierKey(GO_KEY);
  assert.ok(key !== undefined);
  assert.equal(renderVerifierKey(key), GO_KEY);
  const read = readNote(GO_NOTE, key);
  assert.ok(read.kind === 'note');
  assert.equal(read.text, GO_TEXT);
  assert.equal(renderNote(GO_TEXT, key, read.signature), GO_NOTE);
  assert.equal(readNote(GO_NOTE.replace('answer', 'question'), key).kind, 'refused');
  assert.equal(readVerifierKey(GO_KEY.replace('c74f20a3', 'c74f20a4')), undefined);
  assert.equal(readVerifierKey(GO_KEY.replace('Peter', 'Paul')), undefined);
});

test('others may sign as well; without our key it is nothing', () => {
  const note = signed('a\n');
  const foreign = GO_NOTE.slice(GO_NOTE.indexOf('—'));
  assert.equal(readNote(`${note}${foreign}`, OWN).kind, 'note');
  assert.equal(readNote(`a\n\n${foreign}`, OWN).kind, 'refused');
  assert.equal(readNote(note, keyOf('example.org/other')).kind, 'refused');
  assert.equal(readNote(note.trimEnd(), OWN).kind, 'refused');
  assert.equal(readNote(note.replace('a\n', 'a\r\n'), OWN).kind, 'refused');
  assert.equal(readNote(`${note}${foreign.repeat(16)}`, OWN).kind, 'refused');
});

test('a checkpoint says what was written into it', () => {
  fc.assert(
    fc.property(fc.nat({ max: 2 ** 40 }), fc.uint8Array({ minLength: 32, maxLength: 32 }), (size, root) => {
      const read = readCheckpoint(signed(checkpointText({ origin: OWN.name, size, root })), OWN);
      assert.ok(read.kind === 'checkpoint');
      assert.deepEqual(
        { ...read.checkpoint, root: [...read.checkpoint.root] },
        { origin: OWN.name, size, root: [...root] },
      );
    }),
    { numRuns: 30 },
  );
});

test('what is signed, but is no checkpoint of this ledger', () => {
  const root = ROOT.toString('base64');
  const texts = [
    `${OWN.name}\n01\n${root}\n`,
    `${OWN.name}\n-1\n${root}\n`,
    `${OWN.name}\n1\n${root.slice(4)}\n`,
    `${OWN.name}\n1\n`,
    `\n1\n${root}\n`,
    `example.org/other\n1\n${root}\n`,
  ];
  for (const text of texts) assert.equal(readCheckpoint(signed(text), OWN).kind, 'refused', text);
  assert.equal(readCheckpoint(signed(`${OWN.name}\n1\n${root}\nmore\n`), OWN).kind, 'checkpoint');
  fc.assert(fc.property(fc.string(), (text) => readCheckpoint(text, OWN).kind === 'refused'));
});
