import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Rule } from '../language/syntax.ts';
import {
  access,
  everyRun,
  fileRule,
  learnRuns,
  placeAt,
  profileOf,
  texts,
} from '../../../test/confinement/learning.ts';

const seen = ['/etc/fonts/a', '/usr/share/fonts/b', '/var/cache/fonts/c'].map((name) => access(name));
const hit = seen.map(({ name = '' }) => fileRule({ path: name, permissions: ['r'] }));
const unseen = (count: number): readonly Rule[] =>
  Array.from({ length: count }, (_, index) => fileRule({ path: `/unseen/${String(index)}`, permissions: ['r'] }));

function learned(rules: readonly Rule[]): readonly string[] {
  return texts(learnRuns(everyRun(seen), { abstractions: [{ name: 'abstractions/x', rules }] }));
}

const USED = ['include <abstractions/x>'];
const LITERAL = ['/etc/fonts/a r,', '/usr/share/fonts/b r,', '/var/cache/fonts/c r,'];

test('an abstraction is used from the stated part of its rules on', () => {
  assert.deepEqual(learned([...hit, ...unseen(4)]), USED, '3 of 7 are 43 %');
  assert.deepEqual(learned([...hit, ...unseen(5)]), LITERAL, '3 of 8 are 38 %');
});

test('an abstraction for fewer than three names saves nothing', () => {
  assert.equal(learned(hit.slice(0, 2)).length, 3);
});

test('an abstraction never brings what nobody wrote, mapped or executed', () => {
  for (const permissions of [['w'], ['m'], ['a']] as const) {
    assert.deepEqual(learned([...hit, fileRule({ path: '/unseen', permissions })]), LITERAL);
  }
});

test('an abstraction never opens a sensitive path', () => {
  assert.deepEqual(
    learned([...hit, fileRule({ path: '/home/*/.ssh/known_hosts', permissions: ['r'], owner: 'owner' })]),
    LITERAL,
  );
  assert.deepEqual(learned([...hit, fileRule({ path: '/home/*/**', permissions: ['r'], owner: 'owner' })]), LITERAL);
});

test('an abstraction with rules that were not measured is not used', () => {
  const capability: Rule = {
    kind: 'capability',
    capabilities: ['sys_admin'],
    place: placeAt(9),
    text: 'capability sys_admin,',
    isAudited: false,
    effect: 'allow',
    priority: 0,
  };
  assert.deepEqual(learned([...hit, capability]), LITERAL);
});

test('what is included already is not included again', () => {
  const include = { place: placeAt(2), written: '<abstractions/x>', isOptional: false, paths: [] };
  const result = learnRuns(everyRun(seen), {
    abstractions: [{ name: 'abstractions/x', rules: hit }],
    profile: profileOf([], { includes: [include] }),
  });
  assert.deepEqual(texts(result), LITERAL);
});
