import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startReport } from './report.ts';
import { headerLines, parseToml } from './toml.ts';

test('what is no TOML is said with its line', () => {
  const report = startReport('x.lock');
  assert.equal(parseToml('a = 1\nb = \n', report), undefined);
  assert.deepEqual(report.problems, [{ where: { path: 'x.lock', line: 2 }, message: 'is not valid TOML' }]);
  for (const text of [`a = ${'['.repeat(100_000)}`, '[[a]]\n[a]', '\u0000'])
    assert.equal(parseToml(text, report), undefined);
  assert.deepEqual(Object.keys(parseToml('__proto__ = {a = 1}', report) ?? {}), ['__proto__']);
});

test('a line is only given where it is certain', () => {
  const text = '\n[[package]] # one\nname = "a"\n\n  [[package]]\n[[packages]]\n';
  assert.deepEqual(headerLines(text, 'package', 2), [2, 5]);
  assert.equal(headerLines(text, 'package', 3), undefined);
  assert.equal(headerLines(`x = """\n[[package]]\n"""${text}`, 'package', 3), undefined);
  assert.equal(headerLines('package = [{ name = "a" }]', 'package', 1), undefined);
});
