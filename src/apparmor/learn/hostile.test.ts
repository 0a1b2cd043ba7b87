import assert from 'node:assert/strict';
import { suite, test } from 'node:test';
import { firstOf } from './fact.ts';
import { sharedPrefix } from './shape.ts';
import { access, learnRuns, observe, texts } from '../../../test/confinement/learning.ts';

/** More than V8 takes as arguments of one call. */
const MANY = 130_000;

suite('what a hostile program has logged', () => {
  test('a link gives away what it leads to, so that to something sensitive a person has to say', () => {
    const link = (name: string, target: string) =>
      learnRuns({ a: [access(name, { operation: 'link', requested: 'l', target, isOwner: true })] });
    for (const [name, target] of [
      ['/tmp/x', '/home/u/.ssh/id_rsa'],
      ['/home/u/.ssh/authorized_keys', '/tmp/x'],
      ['/tmp/x', '/etc/shadow'],
    ] as const) {
      const learned = link(name, target);
      assert.deepEqual(texts(learned), []);
      assert.deepEqual(
        learned.decisions.map(({ kind, what }) => [kind, what]),
        [['sensitive', `link ${name} -> ${target}`]],
      );
    }
    assert.deepEqual(texts(link('/tmp/x', '/tmp/y')), ['owner link /tmp/x -> /tmp/y,']);
  });

  test('folders are not put together where a file below them would be a sensitive one elsewhere', () => {
    const names = ['aa', 'bb', 'cc', 'dd', 'ee', 'ff'];
    const learned = learnRuns({ a: names.map((name) => access(`/var/lib/${name}/unix.socket`)) });
    assert.deepEqual(
      texts(learned),
      names.map((name) => `/var/lib/${name}/unix.socket r,`),
    );
    assert.deepEqual(
      learned.refused.map(({ sensitive }) => sensitive),
      ['container-sockets'],
    );
    const harmless = learnRuns({ a: names.map((name) => access(`/var/lib/${name}/data`)) });
    assert.deepEqual(texts(harmless), ['/var/lib/[^./]*/data r,']);
  });

  test('one rule may stand for more accesses than a call takes arguments', () => {
    const [fact] = observe({ a: [access('/a', { timeMs: 7 })] }).facts;
    assert.ok(fact !== undefined);
    assert.equal(firstOf(Array.from({ length: MANY }, () => fact)), 7);
    assert.equal(sharedPrefix(Array.from({ length: MANY }, (_, index) => `lu${String(index)}`)), 'lu');
  });
});
