import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseRequirement } from './requirement.ts';

const PLAIN = { extras: [], specifier: '', version: undefined, url: undefined, marker: undefined };

test('a requirement is taken apart', () => {
  assert.deepEqual(parseRequirement('requests'), { ...PLAIN, name: 'requests' });
  assert.deepEqual(parseRequirement(' Flask [async, dotenv] >=2 , <4 ; python_version >= "3.8" '), {
    ...PLAIN,
    name: 'Flask',
    extras: ['async', 'dotenv'],
    specifier: '>=2,<4',
    marker: 'python_version >= "3.8"',
  });
  assert.deepEqual(parseRequirement('attrs (== 23.1.0)'), {
    ...PLAIN,
    name: 'attrs',
    specifier: '==23.1.0',
    version: '23.1.0',
  });
  assert.deepEqual(parseRequirement('tool@git+https://h.example/t.git@v1 ; os_name=="nt"'), {
    ...PLAIN,
    name: 'tool',
    url: 'git+https://h.example/t.git@v1',
    marker: 'os_name=="nt"',
  });
});

test('what is none is none', () => {
  for (const text of [
    '',
    '-e .',
    './a',
    'a b',
    'a>=',
    'a=1',
    'a @',
    'a[b',
    'a[b c]',
    'a; nonsense',
    'a ;',
    '__proto__',
    'a>=1 )',
    'a\u0000',
  ]) {
    assert.equal(parseRequirement(text), undefined, text);
  }
  assert.equal(parseRequirement(`a${' '.repeat(200_000)}`)?.name, 'a');
  assert.equal(parseRequirement(`a[${'x,'.repeat(100_000)}]`), undefined);
});

test('no text breaks it', () => {
  const pieces = fc.constantFrom(
    'a',
    'B-c',
    '[',
    ']',
    ',',
    ' ',
    '==',
    '>=',
    '1.0',
    '.*',
    '@',
    'https://h/',
    ';',
    'os_name',
    '"x"',
    '(',
    ')',
  );
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      const requirement = parseRequirement(parts.join(''));
      assert.ok(requirement === undefined || /^[a-z0-9]/i.test(requirement.name));
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseRequirement(text)));
});
