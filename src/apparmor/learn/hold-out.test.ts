import assert from 'node:assert/strict';
import { test } from 'node:test';
import { access, fileRule, learnRuns } from '../../../test/confinement/learning.ts';

test('of a hundred runs twelve are held out, the first and the last among them, and it is said', () => {
  const runs = Object.fromEntries(
    Array.from({ length: 100 }, (_, run) => [
      `run-${String(run).padStart(2, '0')}`,
      [access('/etc/office.conf'), access(`/srv/x/${String(run)}`)],
    ]),
  );
  const { heldOut, notes } = learnRuns(runs);
  assert.deepEqual(
    heldOut.map(({ run }) => Number(run.slice('run-'.length))),
    [0, 9, 18, 27, 36, 45, 54, 63, 72, 81, 90, 99],
  );
  assert.deepEqual(notes, ['Of 100 runs, 12 evenly chosen ones were held out.']);
});

test('what was done to a file in one run only is nothing that the others teach', () => {
  const read = access('/etc/office.conf');
  const write = access('/etc/office.conf', { requested: 'w', denied: 'w' });
  const { heldOut } = learnRuns({ a: [read], b: [read, write, write], c: [read] });
  assert.deepEqual(
    heldOut.map(({ run, events, denied, examples }) => ({ run, events, denied, examples })),
    [
      { run: 'a', events: 1, denied: 0, examples: [] },
      { run: 'b', events: 3, denied: 2, examples: ['/etc/office.conf'] },
      { run: 'c', events: 1, denied: 0, examples: [] },
    ],
  );
});

test('an abstraction whose rules one run alone used is none that the others teach', () => {
  const read = ['/etc/fonts/a', '/usr/share/fonts/b', '/var/cache/fonts/c'].map((name) => access(name));
  const rules = [
    ...read.map(({ name = '' }) => fileRule({ path: name, permissions: ['r'] })),
    fileRule({ path: '/var/cache/fonts/c', permissions: ['w'] }),
  ];
  const write = access('/var/cache/fonts/c', { requested: 'w', denied: 'w' });
  const { blocks, heldOut } = learnRuns(
    { a: read, b: [...read, write], c: read },
    { abstractions: [{ name: 'abstractions/fonts', rules }] },
  );
  assert.deepEqual(
    blocks.flatMap((block) => block.rules.map(({ text }) => text)),
    ['include <abstractions/fonts>'],
  );
  assert.deepEqual(
    heldOut.map(({ run, events, denied }) => [run, events, denied]),
    [
      ['a', 3, 0],
      ['b', 4, 1],
      ['c', 3, 0],
    ],
  );
});
