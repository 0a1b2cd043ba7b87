import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { suite } from 'node:test';
import { findViolations, type Violation } from './import-direction.ts';
import { readSource, type SourceFile } from './imports.ts';
import { ROOMS } from './rooms.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The program's own files; a test beside its source may reach for whatever it needs. */
function programFiles(): SourceFile[] {
  return globSync('src/**/*.{ts,js}', { cwd: ROOT, exclude: ['**/*.test.ts', '**/fixtures/**'] })
    .sort()
    .map((path) => readSource(path, readFileSync(join(ROOT, path), 'utf8')));
}

function violationsIn(sources: Readonly<Record<string, string>>): Violation[] {
  return findViolations(Object.entries(sources).map(([path, text]) => readSource(path, text)));
}

function rulesBroken(sources: Readonly<Record<string, string>>): string[] {
  return violationsIn(sources).map(({ rule, where }) => `${rule} ${where}`);
}

suite('the program', () => {
  const files = programFiles();

  test('imports only what the table of the rooms allows', () => {
    const lines = findViolations(files).map(({ where, message }) => `${where}: ${message}`);
    assert.equal(lines.join('\n'), '');
  });

  test('was read: its floors and their imports are all there', () => {
    for (const room of ['host', 'core', 'controls', 'report']) {
      const own = files.filter(({ path }) => path.startsWith(`src/${room}/`));
      assert(own.length > 1, `${room} has ${String(own.length)} files`);
      assert(
        own.some(({ imports }) => imports.length > 0),
        `${room} imports nothing at all`,
      );
    }
  });
});

suite('a breach is found', () => {
  const cases: readonly (readonly [title: string, sources: Readonly<Record<string, string>>, expected: string[]])[] = [
    [
      'the ground floor looks up',
      { 'src/host/a.ts': "import type { Finding } from '../core/finding.ts';" },
      ['room src/host/a.ts:1'],
    ],
    [
      'core loads a host',
      { 'src/core/a.ts': "import { openLocalHost } from '../host/local.ts';" },
      ['room src/core/a.ts:1'],
    ],
    [
      'an inline type still loads its module',
      { 'src/core/a.ts': "import { type Facts } from '../host/host.ts';" },
      ['room src/core/a.ts:1'],
    ],
    ['core re-exports a host', { 'src/core/a.ts': "\nexport * from '../host/local.ts';" }, ['room src/core/a.ts:2']],
    ['core loads a host late', { 'src/core/a.ts': "await import('../host/local.ts');" }, ['room src/core/a.ts:1']],
    [
      'core names a type of the engine in passing',
      { 'src/core/a.ts': "export type A = import('../engine/audit.ts').A;" },
      ['room src/core/a.ts:1'],
    ],
    [
      'a report asks the engine',
      { 'src/report/a.ts': "import { audit } from '../engine/audit.ts';" },
      ['room src/report/a.ts:1'],
    ],
    ['a report reads', { 'src/report/a.ts': "import { readFileSync } from 'node:fs';" }, ['builtin src/report/a.ts:1']],
    [
      'a report reads, the old spelling',
      { 'src/report/a.ts': "import { readFileSync } from 'fs';" },
      ['builtin src/report/a.ts:1'],
    ],
    [
      'a report looks at the clock',
      { 'src/report/a.ts': 'export const now = new Date();' },
      ['ambient src/report/a.ts:1'],
    ],
    [
      'a report looks at its terminal',
      { 'src/report/a.ts': 'export const { env } = process.x;' },
      ['ambient src/report/a.ts:1'],
    ],
    [
      'a control runs a program',
      { 'src/controls/k/observe.ts': "import 'node:child_process';" },
      ['builtin src/controls/k/observe.ts:1'],
    ],
    [
      'a control opens a connection',
      { 'src/controls/k/a.ts': "import { connect } from 'node:net';\nfetch('x');" },
      ['builtin src/controls/k/a.ts:1', 'ambient src/controls/k/a.ts:2'],
    ],
    [
      'a control rolls dice',
      { 'src/controls/k/judge.ts': 'export const a = Math.random();' },
      ['ambient src/controls/k/judge.ts:1'],
    ],
    [
      'a judge asks the time',
      { 'src/controls/k/judge.ts': 'export const a = Date.now();' },
      ['ambient src/controls/k/judge.ts:1'],
    ],
    [
      'a control loads what it is told',
      { 'src/controls/k/a.ts': 'await import(name);' },
      ['ambient src/controls/k/a.ts:1'],
    ],
    [
      'a judge knows the machine',
      { 'src/controls/k/judge.ts': "import type { Facts, Host } from '../../host/host.ts';" },
      ['host-interface src/controls/k/judge.ts:1'],
    ],
    [
      'a judge knows the machine under another name',
      { 'src/controls/k/judge.ts': "import type * as machine from '../../host/host.ts';" },
      ['host-interface src/controls/k/judge.ts:1'],
    ],
    [
      'a judge observes in a roundabout way',
      {
        'src/controls/k/judge.ts': "import { a } from './a.ts';",
        'src/controls/k/a.ts': "import { b } from './observe.ts';",
        'src/controls/k/observe.ts': 'export const b = 1;',
      },
      ['judge src/controls/k/judge.ts:1'],
    ],
    [
      'a domain leans on another',
      { 'src/controls/ssh/a.ts': "import { a } from '../kernel/key.ts';" },
      ['domain src/controls/ssh/a.ts:1'],
    ],
    [
      'a domain leans on the list of all',
      { 'src/controls/ssh/a.ts': "import { a } from '../index.ts';" },
      ['domain src/controls/ssh/a.ts:1'],
    ],
    [
      'the engine reaches into a domain',
      { 'src/engine/a.ts': "import { a } from '../controls/kernel/key.ts';" },
      ['room src/engine/a.ts:1'],
    ],
    [
      'the engine prints a report',
      { 'src/engine/a.ts': "import { a } from '../report/json.ts';" },
      ['room src/engine/a.ts:1'],
    ],
    [
      'somebody imports the command line',
      { 'src/engine/a.ts': "import { a } from '../cli/main.ts';" },
      ['room src/engine/a.ts:1'],
    ],
    ['a room that nobody planned', { 'src/utils/a.ts': 'export const a = 1;' }, ['room src/utils/a.ts:1']],
    ['a room named like a property of objects', { 'src/constructor/a.ts': '' }, ['room src/constructor/a.ts:1']],
    ['a package out of place', { 'src/host/a.ts': "import { z } from 'zod';" }, ['package src/host/a.ts:1']],
    ['a package for tests', { 'src/cli/a.ts': "import fc from 'fast-check';" }, ['package src/cli/a.ts:1']],
    [
      'a report throws coins',
      { 'src/report/a.ts': "import { createHash, randomInt } from 'node:crypto';" },
      ['builtin src/report/a.ts:1'],
    ],
    [
      'a browser script with a dependency',
      { 'src/report/a.browser.js': "import './b.js';" },
      ['room src/report/a.browser.js:1'],
    ],
    ['a package loaded late', { 'src/cli/a.ts': "await import('yaml');" }, ['package src/cli/a.ts:1']],
    [
      'the program uses its tests',
      { 'src/cli/a.ts': "import { a } from '../../test/house/rooms.ts';" },
      ['test-code src/cli/a.ts:1'],
    ],
    [
      'the program uses a test beside it',
      { 'src/cli/a.ts': "import { a } from './b.test.ts';" },
      ['test-code src/cli/a.ts:1'],
    ],
    [
      'three files in a circle, once',
      {
        'src/core/a.ts': "import { b } from './b.ts';",
        'src/core/b.ts': "import type { C } from './c.ts';",
        'src/core/c.ts': "export { a } from './a.ts';",
        'src/core/d.ts': "import { a } from './a.ts';",
      },
      ['cycle src/core/a.ts:1'],
    ],
  ];

  for (const [title, sources, expected] of cases) {
    test(title, () => {
      assert.deepEqual(rulesBroken(sources), expected);
    });
  }

  test('every room but the command line is closed to the rooms above it', () => {
    const rooms = [...ROOMS.keys()];
    for (const [floor, name] of rooms.entries()) {
      for (const above of rooms.slice(floor + 1)) {
        const broken = rulesBroken({ [`src/${name}/a.ts`]: `import type { A } from '../${above}/a.ts';` });
        assert.deepEqual(broken, [`room src/${name}/a.ts:1`], `${name} imports ${above}`);
      }
    }
  });

  test('a file that cannot be parsed is an error, not a file without imports', () => {
    assert.throws(() => readSource('src/core/a.ts', 'import { from'), /src\/core\/a\.ts/);
  });
});

test('what the house is built for is allowed', () => {
  const sources = {
    'src/host/local.ts': "import { spawn } from 'node:child_process';\nimport type { Host } from './host.ts';",
    'src/core/assets.ts': "import { readFileSync } from 'node:fs';\nimport { parse } from 'yaml';",
    'src/core/audit.ts': "import type { Facts } from '../host/host.ts';\nexport const then = new Date('2026-01-01');",
    'src/controls/index.ts': "import { kernel } from './kernel/index.ts';",
    'src/controls/kernel/index.ts': "import { observe } from './observe.ts';\nimport { judge } from './judge.ts';",
    'src/controls/kernel/judge.ts': "import type { State } from './observe.ts';\nimport { posix } from 'node:path';",
    'src/controls/kernel/observe.ts': "import type { Host } from '../../host/host.ts';\nimport '../../core/assets.ts';",
    'src/blueprint/load.ts':
      "import { controls } from '../controls/index.ts';\nimport { readFileSync } from 'node:fs';",
    'src/engine/audit.ts':
      "import { controls } from '../controls/index.ts';\nimport { openLocalHost } from '../host/local.ts';",
    'src/report/sarif.ts': "import { createHash } from 'node:crypto';",
    'src/report/html/page.browser.js': 'setTimeout(() => navigator.clipboard.writeText(String(Date.now())), 1);',
    'src/report/json.ts': "import type { AuditReport } from '../core/audit.ts';",
    'src/cli/main.ts':
      "const { audit } = await import('../engine/audit.ts');\nimport manifest from '../../package.json' with { type: 'json' };",
  };
  assert.deepEqual(violationsIn(sources), []);
});
