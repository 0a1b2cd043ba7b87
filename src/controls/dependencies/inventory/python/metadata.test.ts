import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ParsedMetadata, parseMetadata } from './metadata.ts';

const PATH = 'site-packages/shop_tools-1.2.dist-info/METADATA';

function read(lines: readonly string[]): ParsedMetadata & { kind: 'metadata' } {
  const parsed = parseMetadata(lines.join('\n'), PATH);
  assert.ok(parsed.kind === 'metadata');
  return parsed;
}

function problem(text: string): string {
  const parsed = parseMetadata(text, PATH);
  assert.ok(parsed.kind === 'problem');
  return parsed.problem.message;
}

test('the headers name a package and what it needs', () => {
  const {
    package: found,
    requirements,
    problems,
  } = read([
    'Metadata-Version: 2.1',
    'NAME: Shop.Tools ',
    'Version: 1.2',
    'Summary: Sells',
    '        things',
    'Requires-Dist: requests (>=2.0)',
    'Requires-Dist: rich>=13 ;',
    "   extra == 'pretty'",
    'Requires-Dist: pytz (2020)',
    'Name: other',
    '',
    'Requires-Dist: evil',
  ]);
  assert.deepEqual(found, {
    ecosystem: 'PyPI',
    name: 'Shop.Tools',
    version: '1.2',
    key: 'shop-tools',
    where: { path: PATH, line: 2 },
    requires: [],
  });
  assert.deepEqual(
    requirements.map(({ name, specifier, marker }) => [name, specifier, marker]),
    [
      ['requests', '>=2.0', undefined],
      ['rich', '>=13', "extra == 'pretty'"],
    ],
  );
  assert.deepEqual(problems, [{ where: { path: PATH, line: 9 }, message: '"pytz (2020)" is not a requirement' }]);
});

test('every end of a line is one, and a line that is no header ends the headers', () => {
  assert.equal(read(['Name: a\r\nVersion: 1\r\n\r\nVersion: 2']).package.version, '1');
  assert.equal(problem('Name: a\nno header\nVersion: 1'), 'says no version of "a"');
  assert.equal(problem('\nName: a\nVersion: 1'), 'names no package');
});

test('without a name or a version there is no package', () => {
  assert.equal(problem(''), 'names no package');
  assert.equal(problem('Name:\nVersion: 1'), 'names no package');
  assert.equal(problem('Name: ../../etc\nVersion: 1'), '"../../etc" is not the name of a Python package');
  assert.equal(problem('Name: __proto__\nVersion: 1'), '"__proto__" is not the name of a Python package');
  assert.equal(problem('Name: a\nVersion: 1 2'), 'the version of "a" cannot be read');
  assert.equal(problem('Name: a\nVersion: 1\u001b[31m'), 'the version of "a" cannot be read');
});

test('many folded lines are read in good time', () => {
  const text = `Name: a\nVersion: 1\nRequires-Dist: b\n${' c\n'.repeat(1_000_000)}`;
  assert.equal(parseMetadata(text, PATH).kind, 'metadata');
});

test('no text breaks it', () => {
  const lines = fc.constantFrom('Name: a', 'Version: 1', 'Requires-Dist: b', ' c', '', ':', 'x', '\r', '\u0000');
  fc.assert(fc.property(fc.array(lines), (parts) => void parseMetadata(parts.join('\n'), PATH)));
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => void parseMetadata(`Name: a\nVersion: 1\n${text}`, PATH)),
  );
});
