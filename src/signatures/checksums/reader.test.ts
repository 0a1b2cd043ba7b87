import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { suite, test } from 'node:test';
import fc from 'fast-check';
import { familyOf, type UntaggedFamily } from './algorithm.ts';
import { type ChecksumEntry, type ChecksumLine, nameOf, nameText } from './line.ts';
import { placeOf } from './place.ts';
import { ChecksumReader, LINE_LIMIT_BYTES, type ReaderOptions } from './reader.ts';

const SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
const SHA512 = SHA256 + SHA256;

function read(text: string | Uint8Array, options: Partial<ReaderOptions> = {}): readonly ChecksumLine[] {
  const reader = new ChecksumReader({ family: 'sha2', ...options });
  const lines = [...reader.push(Buffer.from(text)), ...reader.end()];
  return lines.filter(({ kind }) => kind !== 'nothing');
}

function one(text: string, options: Partial<ReaderOptions> = {}): ChecksumEntry {
  const [line, ...others] = read(text, options);
  assert.equal(line?.kind, 'entry', JSON.stringify(line));
  assert.deepEqual(others, []);
  return line.entry;
}

function complaint(text: string, options: Partial<ReaderOptions> = {}): string {
  const [line] = read(text, options);
  assert.equal(line?.kind, 'malformed', JSON.stringify(line));
  return line.reason;
}

suite('a line of a list', () => {
  test('has a flag for text or binary before the name', () => {
    assert.equal(one(`${SHA256}  a b\n`).name, 'a b');
    assert.equal(one(`${SHA256} *a b\n`).name, 'a b');
    assert.equal(one(`${SHA256}    a\n`).name, '  a');
    assert.equal(one(`${SHA256.toUpperCase()}  a`).digest, SHA256);
  });

  test('escapes backslashes and line ends, and nothing else', () => {
    assert.equal(one(`\\${SHA256}  a\\nb\\\\c\\rd\n`).name, 'a\nb\\c\rd');
    assert.equal(one(`\\SHA256 (a\\nb) = ${SHA256}\n`).name, 'a\nb');
    assert.equal(one(`${SHA256}  a\\nb\n`).name, 'a\\nb');
    assert.match(complaint(`\\${SHA256}  a\\tb\n`), /backslash/);
    assert.match(complaint(`\\${SHA256}  a\\\n`), /backslash/);
  });

  test('may be tagged with what it is', () => {
    const tags: readonly (readonly [string, string, string])[] = [
      ['SHA256', SHA256, 'sha256'],
      ['SHA2-256', SHA256, 'sha256'],
      ['SHA512', SHA512, 'sha512'],
      ['SHA512/256', SHA256, 'sha512-256'],
      ['SHA3-256', SHA256, 'sha3-256'],
      ['BLAKE2b', SHA512, 'blake2b512'],
      ['BLAKE2B-512', SHA512, 'blake2b512'],
    ];
    for (const [tag, digest, hash] of tags) {
      for (const text of [`${tag} (x) = ${digest}\n`, `${tag}(x)= ${digest}\n`]) {
        const entry = one(text);
        assert.deepEqual([entry.algorithm.hash, entry.algorithm.strength, entry.name], [hash, 'strong', 'x']);
      }
    }
    assert.equal(one(`SHA256 (a) (b) = c) = ${SHA256}`).name, 'a) (b) = c');
    assert.equal(one(`SHA256 (x) = ${Buffer.from(SHA256, 'hex').toString('base64')}`).digest, SHA256);
  });

  test('of a kind that proves nothing, or that nobody can compute, says so', () => {
    assert.equal(one(`${SHA256.slice(0, 32)}  x`).algorithm.strength, 'weak');
    assert.equal(one(`${SHA256.slice(0, 40)}  x`).algorithm.title, 'SHA-1');
    assert.equal(one(`SHA1 (x) = ${SHA256.slice(0, 40)}`).algorithm.strength, 'weak');
    assert.deepEqual(one(`BLAKE2b-256 (x) = ${SHA256}`).algorithm, { title: 'BLAKE2b-256', strength: 'unknown' });
    assert.equal(one(`${SHA256}  x`, { family: 'blake2b' }).algorithm.title, 'BLAKE2b-256');
  });

  test('may be a digest alone', () => {
    assert.deepEqual([one(`${SHA256}\n`).name, one(SHA256).digest], ['', SHA256]);
    assert.match(complaint('abcdef\n'), /begins with no checksum/);
  });

  test('that is none says why', () => {
    assert.match(complaint('hello\n'), /begins with no checksum/);
    assert.match(complaint(`${SHA256.slice(1)}  x\n`), /63 hexadecimal digits/);
    assert.match(complaint(`SHA256 (x) = ${SHA256.slice(2)}\n`), /as long as SHA-256/);
    assert.match(complaint(`SHA256 (x = ${SHA256}\n`), /no checksum follows/);
    assert.match(complaint(`WHIRL (x) = ${SHA256}\n`), /WHIRL/);
    assert.match(complaint(`${SHA256} \n`), /names no file/);
    assert.match(complaint(`${SHA256}  a\0b\n`, { separator: 'line' }), /NUL/);
    assert.match(complaint(`${SHA256}  ${'a'.repeat(LINE_LIMIT_BYTES)}\n`), /longer/);
  });
});

suite('a list', () => {
  test('may have a byte order mark, CR LF, comments, empty lines and no last line end', () => {
    const lines = read(`\uFEFF# made by hand\r\n${SHA256}  a\r\n\r\n\n${SHA256}  b`);
    assert.deepEqual(
      lines.map((line) => (line.kind === 'entry' ? [line.entry.line, line.entry.name] : line)),
      [
        [2, 'a'],
        [5, 'b'],
      ],
    );
    assert.equal(one(`\uFEFF${SHA256}  x`).name, 'x');
    assert.deepEqual(read('\uFEFF'), []);
    assert.deepEqual(read(''), []);
  });

  test('keeps names that are no UTF-8 as they are', () => {
    const bytes = Buffer.concat([Buffer.from(`${SHA256}  `), Buffer.from([0xff, 0x2f, 0xfe]), Buffer.from('\n')]);
    const [line] = read(bytes);
    assert(line?.kind === 'entry');
    assert.equal(line.entry.name, nameOf(Buffer.from([0xff, 0x2f, 0xfe])));
    assert.equal(nameText(line.entry.name), '\uFFFD/\uFFFD');
  });

  test('does not mix lines with a flag and lines without', () => {
    assert.deepEqual(
      read(`${SHA256} a\n${SHA256}  b\n`).map((line) => line.kind === 'entry' && line.entry.name),
      ['a', ' b'],
    );
    const [, second] = read(`${SHA256}  a\n${SHA256} b\n`);
    assert.equal(second?.kind, 'malformed');
  });

  test('that NUL bytes separate has names as they are', () => {
    const text = `${SHA256}  a\\nb\0${SHA256}  c\nd\0`;
    for (const options of [{}, { separator: 'nul' } as const]) {
      assert.deepEqual(
        read(text, options).map((line) => line.kind === 'entry' && line.entry.name),
        ['a\\nb', 'c\nd'],
      );
    }
  });

  test('tells BLAKE2b by its name', () => {
    const families = ['B2SUMS', 'b2sums.txt', 'x.tar.b2', 'blake2b.txt', 'SHA256SUMS', 'web2.sha512', 'SHA3-256SUMS'];
    assert.deepEqual(families.map(familyOf), ['blake2b', 'blake2b', 'blake2b', 'blake2b', 'sha2', 'sha2', 'sha3']);
  });
});

const nameBytes = fc
  .uint8Array({ minLength: 1, maxLength: 12 })
  .map((bytes) => bytes.map((byte) => (byte === 0 ? 1 : byte)));

test('what coreutils would write is read again, in whatever pieces it comes', () => {
  const written = fc.array(fc.record({ name: nameBytes, form: fc.constantFrom('text', 'binary', 'tag') }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(written, fc.integer({ min: 1, max: 40 }), fc.boolean(), (entries, pieceBytes, isZero) => {
      const text = Buffer.concat(entries.map((entry) => Buffer.from(write(entry, isZero), 'latin1')));
      const reader = new ChecksumReader({ family: 'sha2', separator: isZero ? 'nul' : 'line' });
      const lines: ChecksumLine[] = [];
      // One buffer for all pieces, as a reader of files has it.
      const buffer = Buffer.alloc(pieceBytes);
      for (let at = 0; at < text.length; at += pieceBytes) {
        const length = text.copy(buffer, 0, at, at + pieceBytes);
        lines.push(...reader.push(buffer.subarray(0, length)));
      }
      lines.push(...reader.end());
      assert.deepEqual(
        lines.map((line) => (line.kind === 'entry' ? line.entry.name : line)),
        entries.map(({ name }) => nameOf(name)),
      );
    }),
  );
});

function write({ name, form }: { readonly name: Uint8Array; readonly form: string }, isZero: boolean): string {
  const text = nameOf(name);
  const escaped = isZero ? text : text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  const mark = escaped === text ? '' : '\\';
  const end = isZero ? '\0' : '\n';
  if (form === 'tag') return `${mark}SHA256 (${escaped}) = ${SHA256}${end}`;
  return `${mark}${SHA256} ${form === 'text' ? ' ' : '*'}${escaped}${end}`;
}

test('no bytes whatever break the reader, and each line is told once', () => {
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom('\n', '\0', '\\', ' ', '*', '(', ')', '=', 'SHA256', SHA256, 'a', '\r'),
      maxLength: 30,
    }),
  );
  fc.assert(
    fc.property(noise, fc.constantFrom<UntaggedFamily>('sha2', 'sha3', 'blake2b'), (input, family) => {
      const lines = read(Buffer.from(input as Uint8Array), { family });
      const numbers = lines.map((line) =>
        line.kind === 'entry' ? line.entry.line : line.kind === 'malformed' ? line.line : 0,
      );
      assert.deepEqual(
        numbers,
        numbers.toSorted((a, b) => a - b),
      );
      assert.equal(new Set(numbers).size, numbers.length);
    }),
  );
});

test('a name leads out of the folder or stays in it, whatever its dots', () => {
  const cases: readonly (readonly [string, string | undefined])[] = [
    ['a', 'a'],
    ['./a', 'a'],
    ['a//b/./c', 'a/b/c'],
    ['a/b/', 'a/b'],
    ['.../a/..b', '.../a/..b'],
    ['', undefined],
    ['a/b/..', undefined],
    ['..a/b..', '..a/b..'],
    ['/a', undefined],
    ['../a', undefined],
    ['a/../../b', undefined],
    ['a/..', undefined],
    ['.', undefined],
    ['./', undefined],
  ];
  for (const [name, inside] of cases) {
    const place = placeOf(name);
    assert.equal(place.kind === 'inside' ? place.name : undefined, inside, name);
  }
});
