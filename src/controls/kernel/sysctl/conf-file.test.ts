import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { LINE_LIMIT_CHARACTERS, parseConfFile } from './conf-file.ts';

test('assignments, exclusions, comments and lines that mean nothing', () => {
  const text = [
    '# comment',
    '; comment',
    ' net.ipv4.ip_forward = 1 ',
    '-net.ipv4.conf.hub0.rp_filter',
    '- kernel.core_pattern = |/bin/false a=b',
    'nonsense',
    'empty =',
  ].join('\n');
  assert.deepEqual(parseConfFile(text), {
    assignments: [
      { path: 'net/ipv4/ip_forward', value: '1', line: 3 },
      { path: 'net/ipv4/conf/hub0/rp_filter', value: null, line: 4 },
      { path: 'kernel/core_pattern', value: '|/bin/false a=b', line: 5 },
      { path: 'empty', value: '', line: 7 },
    ],
    problems: [{ line: 6, problem: 'not-an-assignment' }],
  });
});

test('lines end where systemd ends them', () => {
  const text = 'a=1\r\nb=2\rc=3\n\rd=4\0e=5\r\n\0f=6\n\ng=7';
  const lines = parseConfFile(text).assignments.map(({ path, line }) => `${path}:${String(line)}`);
  assert.deepEqual(lines, ['a:1', 'b:2', 'c:3', 'd:4', 'e:5', 'f:6', 'g:8']);
});

test('a line of the limit ends the reading of its file, what came before stays', () => {
  const fits = `#${'x'.repeat(LINE_LIMIT_CHARACTERS - 2)}`;
  assert.deepEqual(parseConfFile(`a=1\n${fits}\nb=2`).problems, []);
  const tooLong = parseConfFile(`a=1\n${fits}x\nb=2`);
  assert.deepEqual(tooLong.problems, [{ line: 2, problem: 'line-too-long' }]);
  assert.deepEqual(
    tooLong.assignments.map(({ path }) => path),
    ['a'],
  );
});

test('any text is read without an error, in lines that count up', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const lines = parseConfFile(text).assignments.map(({ line }) => line);
      assert.deepEqual(
        lines,
        [...new Set(lines)].sort((a, b) => a - b),
      );
    }),
  );
});
