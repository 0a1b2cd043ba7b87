/** The pages beside the report: problems, runs, and what a second audit said. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderDiagnostics } from '../../src/report/diagnostics.ts';
import { renderRuns } from '../../src/report/runs.ts';
import { renderVerification } from '../../src/report/verification.ts';
import { kernelReport } from './fixture.ts';

const plain = { width: 80, color: false } as const;
const ESCAPE = '\u001b[31mred\u001b[0m\u202e';

test('a problem names its place, shows the line, and points at the column', () => {
  const where = { path: 'freehold.yaml', line: 12, column: 3, excerpt: '\tkernal: {}' };
  const text = renderDiagnostics(
    [{ code: 'x/y', level: 'error', message: 'No such key.', where, hint: 'Did you mean kernel?' }],
    plain,
  );
  const expected = [
    'error: No such key. [x/y]',
    '  --> freehold.yaml:12:3',
    ' 12 |  kernal: {}',
    '    |   ^',
    '  = Did you mean kernel?',
    '',
  ];
  assert.equal(text, expected.join('\n'));
  assert.equal(renderDiagnostics([], plain), '');
});

test('nothing of a blueprint or a machine steers the terminal', () => {
  const where = { path: ESCAPE, line: 1, column: 2, excerpt: ESCAPE };
  const diagnostic = { code: 'x/y', level: 'warning', message: ESCAPE, where, hint: ESCAPE } as const;
  const run = {
    id: ESCAPE,
    startedAt: ESCAPE,
    state: 'applied',
    blueprint: ESCAPE,
    steps: 1,
    findings: [],
    done: 1,
    undoScript: ESCAPE,
  } as const;
  for (const text of [renderDiagnostics([diagnostic], plain), renderRuns([run], plain)]) {
    assert.ok(!text.includes('\u001b') && !text.includes('\u202e'), JSON.stringify(text));
  }
});

test('runs come newest first, and one that was cut off says what to do', () => {
  const run = { startedAt: 't', blueprint: 'b', steps: 3, findings: [], done: 1, undoScript: '/r/undo.sh' } as const;
  const text = renderRuns(
    [
      { ...run, id: 'old', state: 'applied' },
      { ...run, id: 'new', state: 'unfinished' },
    ],
    plain,
  );
  assert.ok(text.indexOf('new') < text.indexOf('old'));
  assert.match(text, /1 of 3 steps done/);
  assert.match(text, /freehold rollback takes it back, freehold resume\s+finishes it/);
  assert.match(renderRuns([], plain), /Nothing has been applied/);
});

test('a verification tells what is mended, what is not, and how to go back', () => {
  const [wrong] = kernelReport.findings;
  assert.ok(wrong !== undefined);
  const none = { mended: ['a', 'b'], notMended: [], awaitingReboot: [], spoiled: [] };
  assert.equal(renderVerification(none, plain), 'Verified by a second audit: 2 findings mended.\n');
  const text = renderVerification({ ...none, notMended: [wrong], awaitingReboot: [wrong] }, plain);
  assert.match(text, /1 finding will be mended by the next reboot/);
  assert.ok(text.includes(wrong.id) && text.includes('freehold rollback'));
});
