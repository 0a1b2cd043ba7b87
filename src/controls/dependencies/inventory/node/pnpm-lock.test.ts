import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ParsedInventory } from '../package.ts';
import { parsePnpmLock } from './pnpm-lock.ts';
import { parseDependencyPath } from './pnpm-path.ts';

const PATH = 'pnpm-lock.yaml';

function rows({ packages }: ParsedInventory): readonly (readonly unknown[])[] {
  return packages.map(({ key, name, version, where, isDirect, isDevelopment }) => [
    key,
    name,
    version,
    where.line,
    isDirect,
    isDevelopment,
  ]);
}

const NINE = `lockfileVersion: '9.0'

importers:

  .:
    dependencies:
      old-b:
        specifier: npm:b@^1.0.0
        version: b@1.0.0
      dom:
        specifier: ^18.0.0
        version: 18.1.0(react@18.0.0)
      own:
        specifier: workspace:*
        version: link:packages/own
  packages/own:
    devDependencies:
      '@s/tool':
        specifier: ^2.0.0
        version: 2.0.0
      git:
        specifier: github:someone/git
        version: https://codeload.github.com/someone/git/tar.gz/0123abc

packages:

  '@s/tool@2.0.0':
    resolution: {integrity: sha512-AAAA}

  b@1.0.0:
    resolution: {integrity: sha512-AAAA}

  dom@18.1.0:
    resolution: {integrity: sha512-AAAA}

  git@https://codeload.github.com/someone/git/tar.gz/0123abc:
    resolution: {tarball: https://codeload.github.com/someone/git/tar.gz/0123abc}
    version: 0.3.0

  react@18.0.0:
    resolution: {integrity: sha512-AAAA, tarball: https://npm.example.org/react/-/react-18.0.0.tgz}

snapshots:

  '@s/tool@2.0.0':
    dependencies:
      b: 1.0.0
      react: 18.0.0

  b@1.0.0: {}

  dom@18.1.0(react@18.0.0):
    dependencies:
      react: 18.0.0

  git@https://codeload.github.com/someone/git/tar.gz/0123abc: {}

  react@18.0.0: {}
`;

test('version 9: what is only for development is found by who needs it', () => {
  const parsed = parsePnpmLock(NINE, PATH);
  assert.deepEqual(parsed.problems, []);
  assert.deepEqual(rows(parsed), [
    ['@s/tool@2.0.0', '@s/tool', '2.0.0', 45, true, true],
    ['b@1.0.0', 'b', '1.0.0', 50, true, false],
    ['dom@18.1.0(react@18.0.0)', 'dom', '18.1.0', 52, true, false],
    ['git@https://codeload.github.com/someone/git/tar.gz/0123abc', 'git', '0.3.0', 56, true, true],
    ['react@18.0.0', 'react', '18.0.0', 58, false, false],
  ]);
  assert.deepEqual(
    parsed.packages.map(({ requires }) => requires),
    [['b@1.0.0', 'react@18.0.0'], [], ['react@18.0.0'], [], []],
  );
  assert.deepEqual(
    parsed.packages.flatMap(({ origin }) => origin ?? []),
    ['https://codeload.github.com/someone/git/tar.gz/0123abc'],
  );
});

test('the document about pnpm itself is passed over, and lines stay those of the file', () => {
  const first = "---\nlockfileVersion: '9.0'\npackages:\n  pnpm@11.0.0: {}\n---\n";
  const [found, alone] = [parsePnpmLock(`${first}${NINE}`, PATH), parsePnpmLock(NINE, PATH)];
  assert.equal(found.packages[0]?.where.line, (alone.packages[0]?.where.line ?? 0) + 5);
  assert.equal(found.packages.length, alone.packages.length);
  assert.deepEqual(rows(parsePnpmLock(NINE.replaceAll('\n', '\r\n'), PATH)), rows(alone));
});

test('version 6: keys with a slash and an at sign, and dev as it is written', () => {
  const text = `lockfileVersion: '6.0'
dependencies:
  dom:
    specifier: ^18.0.0
    version: 18.1.0(react@18.0.0)
  loc:
    specifier: file:./loc
    version: file:loc
packages:
  /@s/tool@2.0.0:
    resolution: {integrity: sha512-AAAA}
    dev: true
  /dom@18.1.0(react@18.0.0):
    resolution: {integrity: sha512-AAAA}
    dependencies:
      react: 18.0.0
    dev: false
  /react@18.0.0:
    resolution: {integrity: sha512-AAAA}
    dev: false
  file:loc:
    resolution: {directory: loc, type: directory}
    name: loc
    dependencies:
      dom: 18.1.0(react@18.0.0)
  github.com/someone/git/0123abc:
    resolution: {repo: https://github.com/someone/git, commit: 0123abc, type: git}
    name: git
    version: 1.5.0
    dev: false
`;
  const parsed = parsePnpmLock(text, PATH);
  assert.deepEqual(rows(parsed), [
    ['/@s/tool@2.0.0', '@s/tool', '2.0.0', 10, false, true],
    ['/dom@18.1.0(react@18.0.0)', 'dom', '18.1.0', 13, true, false],
    ['/react@18.0.0', 'react', '18.0.0', 18, false, false],
    ['file:loc', 'loc', undefined, 21, true, false],
    ['github.com/someone/git/0123abc', 'git', '1.5.0', 26, false, false],
  ]);
  assert.deepEqual(
    parsed.packages.flatMap(({ origin }) => origin ?? []),
    ['file:loc', 'git+https://github.com/someone/git#0123abc'],
  );
  assert.deepEqual(parsed.packages[3]?.requires, ['/dom@18.1.0(react@18.0.0)']);
});

test('version 5: keys with slashes and peers behind an underscore', () => {
  const text = `lockfileVersion: 5.4
specifiers:
  dom: ^18.0.0
  old-b: npm:@s/b@1
dependencies:
  dom: 18.1.0_react@18.0.0
devDependencies:
  old-b: /@s/b/1.0.0
packages:
  /@s/b/1.0.0:
    resolution: {integrity: sha512-AAAA}
    dev: true
  /dom/18.1.0_react@18.0.0:
    resolution: {integrity: sha512-AAAA}
    dependencies:
      react: 18.0.0
  /react/18.0.0:
    resolution: {integrity: sha512-AAAA}
`;
  const parsed = parsePnpmLock(text, PATH);
  assert.deepEqual(rows(parsed), [
    ['/@s/b/1.0.0', '@s/b', '1.0.0', 10, true, true],
    ['/dom/18.1.0_react@18.0.0', 'dom', '18.1.0', 13, true, false],
    ['/react/18.0.0', 'react', '18.0.0', 17, false, false],
  ]);
  assert.deepEqual(parsed.packages[1]?.requires, ['/react/18.0.0']);
});

test('dependency paths of all versions', () => {
  const named = (name: string | undefined, version: string | undefined, origin?: string) => ({ name, version, origin });
  assert.deepEqual(parseDependencyPath('a@1.0.0(b@1.0.0(@s/c@2.0.0))(d@1.0.0)'), named('a', '1.0.0'));
  assert.deepEqual(parseDependencyPath('a@1.0.0(patch_hash=abc)(b@1.0.0)'), named('a', '1.0.0'));
  assert.deepEqual(parseDependencyPath('@s/a@work:1.0.0'), named('@s/a', '1.0.0', 'work:'));
  assert.deepEqual(parseDependencyPath('node@runtime:24.0.0'), named('node', '24.0.0', 'runtime:'));
  assert.deepEqual(parseDependencyPath('a@file:packages/a'), named('a', undefined, 'file:packages/a'));
  assert.deepEqual(parseDependencyPath('npm.example.org/@s/a@1.0.0'), named('@s/a', '1.0.0', 'npm.example.org'));
  assert.deepEqual(parseDependencyPath('npm.example.org/a/1.0.0_b@1.0.0'), named('a', '1.0.0', 'npm.example.org'));
  assert.deepEqual(
    parseDependencyPath('@codeload.github.com/a/b/tar.gz/0'),
    named(undefined, undefined, '@codeload.github.com/a/b/tar.gz/0'),
  );
  assert.deepEqual(parseDependencyPath('/../../x'), named(undefined, undefined, '/../../x'));
});

test('what makes no sense is told, and the rest is read', () => {
  const { packages, problems } = parsePnpmLock(
    "lockfileVersion: '9.0'\nimporters: []\npackages:\n  ../x@1.0.0: {}\n  __proto__: {}\n  constructor@1.0.0:\n",
    PATH,
  );
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['constructor'],
  );
  assert.deepEqual(
    problems.map(({ where }) => where.line),
    [undefined, 4, 5],
  );
  assert.deepEqual(
    parsePnpmLock("a: 1\nb: '\n", PATH).problems.map(({ where }) => where.line),
    [3],
  );
  assert.equal(parsePnpmLock('just a text', PATH).problems.length, 1);
});

test('aliases, with which a file can stand for more than can be read, are refused', () => {
  const text = "lockfileVersion: '9.0'\npackages:\n  a@1.0.0: &a\n    dependencies: *a\n";
  const { packages, problems } = parsePnpmLock(text, PATH);
  assert.deepEqual(packages, []);
  assert.equal(problems[0]?.message, 'The file has aliases, which no tool writes.');
});

test('no text breaks it', () => {
  const word = fc.constantFrom(
    'lockfileVersion: 6.0\n',
    'packages:\n',
    'snapshots:\n',
    'importers:\n',
    '  a@1.0.0:\n',
    '  /b/1.0.0_c:\n',
    '    dependencies:\n',
    '      a: 1.0.0\n',
    '  __proto__: &x\n',
    '*x',
    "'",
    '(',
    '? ',
    '---\n',
    '# yarn lockfile v1\n',
    '    dev: true\n',
    '{',
    '}',
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.array(word, { maxLength: 30 }).map((words) => words.join('')),
  );
  fc.assert(
    fc.property(text, (text) => {
      const { packages } = parsePnpmLock(text, PATH);
      const keys = new Set(packages.map(({ key }) => key));
      assert.ok(packages.every(({ requires }) => requires.every((key) => keys.has(key))));
    }),
  );
});
