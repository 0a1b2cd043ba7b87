import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseSpecifiers, pinnedVersion, specifierHolds } from './specifier.ts';

function holds(clause: string, version: string): boolean | undefined {
  const [specifier, ...more] = parseSpecifiers(clause) ?? [];
  assert.ok(specifier !== undefined && more.length === 0, clause);
  return specifierHolds(specifier, version);
}

const FITS: readonly [string, string, boolean | undefined][] = [
  ['==1.0', '1', true],
  ['==1.0', '1.0+cu118', true],
  ['==1.0+cu118', '1.0', false],
  ['==3.0.*', '3', true],
  ['==3.0.*', '3.0rc1', true],
  ['==3.*', '3.11', true],
  ['!=3.*', '3.11', false],
  ['==1!3.*', '3.1', false],
  ['<=1.0', '1.0+local', true],
  // "Exclusive ordered comparison".
  ['<2', '2rc1', false],
  ['<2rc2', '2rc1', true],
  ['<1.0.post1', '1.0a1', true],
  ['>1.7', '1.7.0.post1', false],
  ['>1.7.post1', '1.7.post2', true],
  ['>1.7', '1.7+local', false],
  ['~=2.2', '2.9', true],
  ['~=2.2', '3.0', false],
  ['~=2.2.0', '2.3', false],
  ['===1.0', '1.0', true],
  ['===1.0', '1.0.0', false],
  ['>=1', 'unknown', undefined],
];

test('a version fits a clause as PEP 440 says', () => {
  for (const [clause, version, fits] of FITS) assert.equal(holds(clause, version), fits, `${clause} ${version}`);
});

test('what is no specifier is none', () => {
  assert.deepEqual(parseSpecifiers(''), []);
  assert.equal(parseSpecifiers('>= 1 , <2,')?.length, 2);
  for (const text of ['1.0', '=1', '=>1', '>=1.*', '~=1', '>1+local', '==1.0rc1.*', '>=1,,<2', ',', '==', '>=x']) {
    assert.equal(parseSpecifiers(text), undefined, text);
  }
});

test('only one version that is named fixes it', () => {
  assert.equal(pinnedVersion(parseSpecifiers('== 1.2') ?? []), '1.2');
  assert.equal(pinnedVersion(parseSpecifiers('===weird') ?? []), 'weird');
  for (const text of ['', '==1.*', '>=1', '==1,==1', '!=1'])
    assert.equal(pinnedVersion(parseSpecifiers(text) ?? []), undefined);
});
