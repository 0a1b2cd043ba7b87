import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { LinesChange } from '../core/change.ts';
import { joinLines } from './join-lines.ts';

const created = { mode: 0o644, owner: 'root', group: 'root' } as const;

function lines(remove: readonly string[], add: readonly string[]): LinesChange {
  return { kind: 'lines', path: '/etc/x.conf', remove, add, header: ['# ours'], created };
}

test('a new file starts with its header', () => {
  assert.equal(joinLines([lines([], ['a = 1']), lines([], ['b = 2'])], null).content, '# ours\na = 1\nb = 2\n');
});

test('a line takes the place of the one it replaces, everything else stays as it is', () => {
  const before = '# by hand\r\na = 0\nkeep\na = 9\nlast without end';
  const { content } = joinLines([lines(['a = 0', 'a = 9'], ['a = 1'])], before);
  assert.equal(content, '# by hand\r\na = 1\nkeep\nlast without end\n');
});

test('an irreversible part makes the whole file irreversible', () => {
  const part = { ...lines([], ['a']), irreversible: 'until the reboot' };
  assert.equal(joinLines([lines([], ['b']), part], null).irreversible, 'until the reboot');
});

test('joining the same changes again changes nothing', () => {
  const line = fc.stringMatching(/^[a-z]{1,3} = [0-9]$/);
  const change = fc.tuple(fc.array(line, { maxLength: 2 }), line).map(([remove, add]) =>
    lines(
      remove.filter((one) => one !== add),
      [add],
    ),
  );
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), fc.array(line), (changes, before) => {
      const [first] = changes;
      if (first === undefined) return;
      const once = joinLines([first], before.join('\n')).content;
      assert.equal(joinLines([first], once).content, once);
    }),
  );
});
