import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPackageName, normalizedName } from './name.ts';

test('the spellings of a name are one name (PEP 503)', () => {
  for (const name of [
    'friendly-bard',
    'Friendly-Bard',
    'FRIENDLY.BARD',
    'friendly_bard',
    'friendly--bard',
    'FrIeNdLy-._.-bArD',
  ]) {
    assert.equal(normalizedName(name), 'friendly-bard');
  }
});

test('what is no name is none', () => {
  for (const name of ['a', 'A1', '9lives', 'zope.interface', 'a-_.b']) assert.ok(isPackageName(name), name);
  const wrong = [
    '',
    '-a',
    'a-',
    '.a',
    '__proto__',
    '../../etc',
    'a/b',
    'a b',
    'a\n',
    '\u212aernel',
    'é',
    'a\u0000',
    'a'.repeat(257),
  ];
  for (const name of wrong) assert.ok(!isPackageName(name), name);
});
