import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FilePermission } from './access.ts';
import type { Rule } from './language/syntax.ts';
import { type Decision, rulesFor } from './rules-for.ts';
import { fileRule, patternText, profileOf, ruleBase } from '../../test/confinement/policy.ts';

function decide(rules: readonly Rule[], path: string, permission: FilePermission): Decision {
  return decideFor({ isOwner: true }, rules, { path, permission });
}

interface Asked {
  readonly path: string;
  readonly permission: FilePermission;
}

function decideFor({ isOwner }: { isOwner: boolean }, rules: readonly Rule[], { path, permission }: Asked): Decision {
  const { decides } = rulesFor(profileOf(rules), { kind: 'file', path, isOwner, permissions: [permission] }, '3.0');
  const [decision] = decides;
  assert.ok(decision !== undefined);
  return decision;
}

test('w holds a, ix adds m, and a deny names what it takes', () => {
  assert.equal(decide([fileRule('/a w')], '/a', 'a').verdict, 'allowed');
  assert.equal(decide([fileRule('/a a')], '/a', 'w').verdict, 'not-allowed');
  assert.equal(decide([fileRule('/a ix')], '/a', 'm').verdict, 'allowed');
  assert.equal(decide([fileRule('/a Px')], '/a', 'm').verdict, 'not-allowed');
  const rules = [fileRule('/a rwmix'), fileRule('deny /** x')];
  assert.equal(decide(rules, '/a', 'x').verdict, 'denied');
  assert.equal(decide(rules, '/a', 'm').verdict, 'allowed', 'deny x leaves m');
  assert.deepEqual(decide(rules, '/a', 'x').rules, [rules[1]]);
});

test('owner rules speak of the own files only', () => {
  const rules = [fileRule('owner /home/** r'), fileRule('other /home/x r')];
  assert.equal(decideFor({ isOwner: true }, rules, { path: '/home/x', permission: 'r' }).rules[0], rules[0]);
  assert.equal(decideFor({ isOwner: false }, rules, { path: '/home/x', permission: 'r' }).rules[0], rules[1]);
  assert.equal(decideFor({ isOwner: false }, rules, { path: '/home/y', permission: 'r' }).verdict, 'not-allowed');
});

test('higher priorities win, permission by permission', () => {
  const rules = [fileRule('deny /a/** rw'), fileRule('/a/b r', { priority: 1 })];
  assert.equal(decide(rules, '/a/b', 'r').verdict, 'allowed');
  assert.equal(decide(rules, '/a/b', 'w').verdict, 'denied');
});

test('an exact path says how to execute before globs do; otherwise all must agree', () => {
  const rules = [fileRule('/bin/* Px'), fileRule('/bin/a ix')];
  assert.deepEqual(decide(rules, '/bin/a', 'x').rules, [rules[1]]);
  assert.equal(decide([fileRule('/bin/* Px'), fileRule('/bin/a* ix')], '/bin/a', 'x').verdict, 'conflict');
});

test('each value of a variable is looked at, and what is no pattern makes the answer unknown', () => {
  const variable = fileRule('/x r', { path: patternText('/a/*', '/b/*') });
  assert.equal(decide([variable], '/b/c', 'r').verdict, 'allowed');
  const broken = fileRule('/{a r');
  assert.equal(decide([broken], '/a', 'r').verdict, 'unknown');
  assert.equal(decide([broken, fileRule('deny /a r')], '/a', 'r').verdict, 'denied');
  assert.equal(decide([fileRule('deny /{a r'), fileRule('/a r')], '/a', 'r').verdict, 'unknown');
});

test('capabilities and sockets', () => {
  const rules: readonly Rule[] = [
    { ...ruleBase('capability chown'), kind: 'capability', capabilities: ['chown'] },
    { ...ruleBase('deny capability'), kind: 'capability', capabilities: [], effect: 'deny', priority: -1 },
    { ...ruleBase('network inet'), kind: 'network', family: 'inet', access: [], conditions: [] },
    { ...ruleBase('network inet6'), kind: 'network', family: 'inet6', access: ['create'], conditions: [] },
  ];
  const verdict = (question: Parameters<typeof rulesFor>[1]): string | undefined =>
    rulesFor(profileOf(rules), question, '3.0').decides[0]?.verdict;
  assert.equal(verdict({ kind: 'capability', capability: 'chown' }), 'allowed');
  assert.equal(verdict({ kind: 'capability', capability: 'kill' }), 'denied');
  assert.equal(verdict({ kind: 'network', family: 'inet', type: 'stream' }), 'allowed');
  assert.equal(verdict({ kind: 'network', family: 'inet6', type: 'stream' }), 'unknown');
  assert.equal(verdict({ kind: 'network', family: 'packet', type: 'raw' }), 'not-allowed');
});

test('as many rules as a file can hold may speak of one path', () => {
  const { path: _, ...everything } = fileRule('/a r');
  const rules = Array.from({ length: 170_000 }, () => everything);
  assert.equal(decide(rules, '/a', 'r').verdict, 'allowed');
});

test('from 4.0 on a class is exact, and so decides before a glob', () => {
  const rules = [fileRule('/usr/bin/a[56] Px'), fileRule('/usr/bin/a* ix')];
  const question = { kind: 'file', path: '/usr/bin/a5', isOwner: true, permissions: ['x'] } as const;
  const verdict = (dialect: '3.0' | '4.0'): string | undefined =>
    rulesFor(profileOf(rules), question, dialect).decides[0]?.verdict;
  assert.equal(verdict('3.0'), 'conflict');
  assert.equal(verdict('4.0'), 'allowed');
});
