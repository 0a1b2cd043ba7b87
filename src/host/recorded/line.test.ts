import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Entry, EntryType, ListResult, Missing, RunResult, StatResult, Unreadable } from '../host.ts';
import type { ReadAnswer, Recorded, RunQuestion } from './answer.ts';
import { BadField } from './fields.ts';
import { decodeLine, encodeLine } from './line.ts';

const bytes = fc
  .oneof(fc.uint8Array({ maxLength: 40 }), fc.string({ unit: 'binary', maxLength: 40 }))
  .map((content) => Buffer.from(content));
const path = fc.string({ unit: 'grapheme', maxLength: 40 }).map((text) => `/${text.replaceAll('\0', '')}`);
const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }).filter((text) => isName(text));
const type = fc.constantFrom<EntryType>('file', 'directory', 'symlink', 'other');
const missing = fc.constant<Missing>({ kind: 'missing' });
const unreadable = fc.record<Unreadable>({
  kind: fc.constant('unreadable'),
  cause: fc.constantFrom('permission', 'not-a-file', 'not-a-directory', 'io', 'too-large'),
  message: fc.string(),
});
const read = fc.oneof<fc.Arbitrary<ReadAnswer>[]>(
  fc.record({ kind: fc.constant('content'), bytes }),
  fc.record({ kind: fc.constant('content'), bytes, redacted: fc.string() }),
  fc.record({ kind: fc.constant('too-large'), limitBytes: fc.nat() }),
  missing,
  unreadable,
);
const entries = fc
  .array(fc.record<Entry>({ name, type }), { maxLength: 5 })
  .map((list) => list.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))));
const list = fc.oneof<fc.Arbitrary<ListResult>[]>(
  fc.record({ kind: fc.constant('entries'), entries }),
  missing,
  unreadable,
);
const stat = fc.oneof<fc.Arbitrary<StatResult>[]>(
  fc.record(
    {
      kind: fc.constant('stat'),
      type,
      mode: fc.nat(0o7777),
      uid: fc.nat(),
      gid: fc.nat(),
      sizeBytes: fc.nat(),
      target: fc.string(),
    },
    { requiredKeys: ['kind', 'type', 'mode', 'uid', 'gid', 'sizeBytes'] },
  ),
  missing,
  unreadable,
);
const question = fc.record<RunQuestion>(
  {
    argv: fc.tuple(fc.string(), fc.string()),
    stdin: fc.stringMatching(/^sha256:[0-9a-f]{64}$/),
  },
  { requiredKeys: ['argv'] },
);
const run = fc.oneof<fc.Arbitrary<RunResult>[]>(
  fc.record({ kind: fc.constant('exited'), code: fc.nat(255), stdout: bytes, stderr: bytes }),
  fc.record({ kind: fc.constant('not-run'), cause: fc.constantFrom('missing', 'unsupported'), message: fc.string() }),
  fc.record({
    kind: fc.constant('ended'),
    cause: fc.constantFrom('timeout', 'signal'),
    message: fc.string(),
    stdout: bytes,
    stderr: bytes,
  }),
);
const recorded = fc.oneof<fc.Arbitrary<Recorded>[]>(
  fc.record({ kind: fc.constant('read'), path, answer: read }),
  fc.record({ kind: fc.constant('list'), path, answer: list }),
  fc.record({ kind: fc.constant('stat'), path, answer: stat }),
  fc.record({ kind: fc.constant('run'), question, answer: run }),
);

/** fast-check also makes objects without a prototype, which are equal to others in all that counts. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, plain(entry)]));
}

test('every answer survives being written and read: bytes, names and numbers', () => {
  fc.assert(
    fc.property(recorded, (one) => {
      const line = encodeLine(one);
      assert.doesNotMatch(line, /\n/);
      assert.deepEqual(decodeLine(line), plain(one));
    }),
  );
});

test('a line is written in one way only', () => {
  const line = '{"read":"/etc/hostname","text":"files01\\n"}';
  assert.equal(encodeLine(decodeLine(line)), line);
  for (const other of [
    '{"read": "/etc/hostname","text":"files01\\n"}',
    '{"text":"files01\\n","read":"/etc/hostname"}',
    '{"read":"/etc/hostname","text":"files01\\n","more":1}',
    '{"read":"/etc/hostname","read":"/etc/hostname","text":"files01\\n"}',
    '{"read":"/etc/hostname","text":"files01\\u000a"}',
    '{"read":"/etc/hostname","base64":"ZmlsZXMwMQo="}',
    '{"read":"/etc/hostname","base64":"ZmlsZXMwMQo"}',
    '{"read":"/etc/hostname","missing":false}',
    '{"read":"/etc/hostname","missing":true,"text":""}',
  ]) {
    assert.throws(() => decodeLine(other), BadField, other);
  }
});

test('what no host answers is refused', () => {
  for (const line of [
    '',
    'null',
    '[]',
    '1',
    '{}',
    '{"read":"etc/hostname","text":""}',
    '{"read":"/a\\u0000b","text":""}',
    `{"read":"/${'a'.repeat(5000)}","text":""}`,
    '{"read":1,"text":""}',
    '{"read":"/a","unreadable":"bad luck","message":""}',
    '{"read":"/a","unreadable":"io"}',
    '{"read":"/a","largerThan":-1}',
    '{"list":"/a","entries":[["a/b","file"]]}',
    '{"list":"/a","entries":[["..","file"]]}',
    '{"list":"/a","entries":[["b","file"],["a","file"]]}',
    '{"list":"/a","entries":[["a","socket"]]}',
    '{"list":"/a","entries":{"a":"file"}}',
    '{"stat":"/a","type":"file","mode":8192,"uid":0,"gid":0,"sizeBytes":0}',
    '{"stat":"/a","type":"file","mode":420,"uid":0.5,"gid":0,"sizeBytes":0}',
    '{"stat":"/a","type":"file","mode":420,"uid":0,"gid":0,"sizeBytes":1e400}',
    '{"run":[],"code":0,"stdout":{"text":""},"stderr":{"text":""}}',
    '{"run":["a"],"stdin":"secret","code":0,"stdout":{"text":""},"stderr":{"text":""}}',
    '{"run":["a"],"code":0,"stdout":"","stderr":""}',
  ]) {
    assert.throws(() => decodeLine(line), BadField, line);
  }
});

function isName(text: string): boolean {
  return text !== '.' && text !== '..' && !/[/\0]/.test(text);
}
