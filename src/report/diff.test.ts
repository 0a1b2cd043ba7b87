import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { diffLines, splitLines, type DiffLine } from './diff.ts';
import { hunksOf } from './hunks.ts';

const line = fc.constantFrom('a', 'b', 'c', '', '# comment', 'net.ipv4.ip_forward = 1', 'x\r');
const text = fc
  .tuple(fc.array(line, { maxLength: 25 }), fc.boolean())
  .map(([lines, ends]) => lines.join('\n') + (ends ? '\n' : ''));

function side(diff: readonly DiffLine[], not: 'add' | 'remove'): string {
  return diff
    .filter((part) => part.kind !== not)
    .map((part) => part.text)
    .join('');
}

/** Applies hunks by their numbers alone, as patch(1) does. */
function patch(before: string, diff: readonly DiffLine[]): string {
  const source = splitLines(before);
  let result = '';
  let position = 0;
  for (const hunk of hunksOf(diff)) {
    const start = hunk.beforeCount === 0 ? hunk.beforeStart : hunk.beforeStart - 1;
    result += source.slice(position, start).join('');
    assert.equal(splitLines(result).length, hunk.afterCount === 0 ? hunk.afterStart : hunk.afterStart - 1);
    assert.equal(side(hunk.lines, 'add'), source.slice(start, start + hunk.beforeCount).join(''));
    assert.equal(hunk.lines.filter((part) => part.kind !== 'remove').length, hunk.afterCount);
    result += side(hunk.lines, 'remove');
    position = start + hunk.beforeCount;
  }
  return result + source.slice(position).join('');
}

/** The length of the longest common subsequence by its textbook recurrence: the measure of a minimal diff. */
function commonLines(a: readonly string[], b: readonly string[]): number {
  let row = b.map(() => 0);
  for (const x of a) {
    const next: number[] = [];
    for (const [j, y] of b.entries()) {
      next.push(x === y ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

test('applying a diff to the text before gives the text after', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const diff = diffLines(before, after);
      assert.equal(side(diff, 'add'), before);
      assert.equal(side(diff, 'remove'), after);
      assert.equal(patch(before, diff), after);
    }),
    { numRuns: 500 },
  );
});

test('a diff keeps as many lines as the longest common subsequence has', () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const kept = diffLines(before, after).filter((part) => part.kind === 'context').length;
      assert.equal(kept, commonLines(splitLines(before), splitLines(after)));
    }),
    { numRuns: 300 },
  );
});

test('equal texts have no hunk', () => {
  assert.deepEqual(hunksOf(diffLines('a\nb\n', 'a\nb\n')), []);
});

test('a last line without its end differs from one with it', () => {
  assert.deepEqual(diffLines('a', 'a\n'), [
    { kind: 'remove', text: 'a' },
    { kind: 'add', text: 'a\n' },
  ]);
});

test('changes six lines apart share a hunk, seven apart do not', () => {
  const lines = Array.from({ length: 20 }, (_, index) => `${index}\n`);
  const change = (...at: number[]) => lines.map((text, index) => (at.includes(index) ? `new ${text}` : text)).join('');
  assert.equal(hunksOf(diffLines(lines.join(''), change(5, 12))).length, 1);
  assert.equal(hunksOf(diffLines(lines.join(''), change(5, 13))).length, 2);
});

test('texts with nothing in common are replaced as a whole, in bounded time', () => {
  const before = Array.from({ length: 50_000 }, (_, index) => `before ${index}\n`).join('');
  const after = Array.from({ length: 50_000 }, (_, index) => `after ${index}\n`).join('');
  const diff = diffLines(`same\n${before}same\n`, `same\n${after}same\n`);
  assert.equal(diff.filter((part) => part.kind === 'context').length, 2);
  assert.equal(side(diff, 'remove'), `same\n${after}same\n`);
});
