import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { ParsedInventory } from '../package.ts';
import { parseHiddenLockfile, parsePackageLock } from './package-lock.ts';

const PATH = 'package-lock.json';
const REGISTRY = 'https://registry.npmjs.org';

function parse(value: unknown): ParsedInventory {
  return parsePackageLock(JSON.stringify(value, undefined, 2), PATH);
}

function packages(entries: Readonly<Record<string, unknown>>, lockfileVersion = 3): ParsedInventory {
  return parse({ name: 'app', lockfileVersion, packages: entries });
}

function requires({ packages }: ParsedInventory): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(packages.map((one) => [one.key, one.requires]));
}

const TREE = {
  '': { name: 'app', dependencies: { a: '^1' }, devDependencies: { tool: '2' }, workspaces: ['packages/*'] },
  'node_modules/a': {
    version: '1.0.0',
    resolved: `${REGISTRY}/a/-/a-1.0.0.tgz`,
    dependencies: { b: '^2' },
    optionalDependencies: { absent: '1' },
    peerDependencies: { tool: '*' },
  },
  'node_modules/a/node_modules/b': { version: '2.0.0', dependencies: { c: '1', own: '1' } },
  'node_modules/b': { version: '1.0.0', dependencies: { c: '1' }, dev: true },
  'node_modules/c': { version: '1.0.0', devOptional: true },
  'node_modules/own': { resolved: 'packages/own', link: true },
  'node_modules/tool': { version: '2.0.0', dev: true, dependencies: { b: '^1' } },
  'packages/own': { version: '0.0.1', dependencies: { d: '4' }, devDependencies: { b: '1' } },
  'packages/own/node_modules/d': { version: '4.0.0', dependencies: { a: '1' } },
};

test('a tree becomes packages whose needs are found as Node finds them', () => {
  const { packages: found, problems } = packages(TREE);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    found.map(({ key, version, isDirect, isDevelopment, requires }) => [
      key,
      version,
      isDirect,
      isDevelopment,
      requires,
    ]),
    [
      ['node_modules/a', '1.0.0', true, false, ['node_modules/a/node_modules/b', 'node_modules/tool']],
      ['node_modules/a/node_modules/b', '2.0.0', false, false, ['node_modules/c']],
      ['node_modules/b', '1.0.0', true, true, ['node_modules/c']],
      ['node_modules/c', '1.0.0', false, false, []],
      ['node_modules/tool', '2.0.0', true, true, ['node_modules/b']],
      ['packages/own/node_modules/d', '4.0.0', true, false, ['node_modules/a']],
    ],
  );
});

test('each has the line of its key; a key that is there twice has none', () => {
  const text =
    '{"packages": {\n"": {},\n"node_modules/a": {"version": "1"},\n"node_modules/\\u0062":\n{"version": "2"},\n"node_modules/c": {}, "node_modules/c": {"x": ["{", {"packages": 1}]}}}';
  const { packages: found } = parsePackageLock(text, PATH);
  assert.deepEqual(
    found.map(({ name, where }) => [name, where.line]),
    [
      ['a', 3],
      ['b', 4],
      ['c', undefined],
    ],
  );
});

test('an alias has the name of what it stands for; the name that leads to it stays in its key', () => {
  const [one] = packages({
    'node_modules/old-lodash': { name: 'lodash', version: '3.0.0', resolved: `${REGISTRY}/lodash/-/lodash-3.0.0.tgz` },
  }).packages;
  assert.equal(one?.name, 'lodash');
  assert.equal(one.key, 'node_modules/old-lodash');
  assert.equal(one.origin, undefined);
});

test('what is not from a registry says where it is from, without passwords', () => {
  const resolved = {
    mirror: 'https://npm.example.org/api/npm/mirror/-/mirror-1.0.0.tgz?x=1',
    '@s/scoped': 'https://npm.example.org/@s%2fscoped/-/scoped-1.0.0.tgz',
    git: 'git+ssh://git@github.com/a/git.git#0123abc',
    tarball: 'https://user:secret@example.org/tarball.tgz?token=secret',
    other: `${REGISTRY}/another/-/another-1.0.0.tgz`,
    local: 'file:../local.tgz',
  };
  const entries = Object.entries(resolved).map(([name, address]): readonly [string, unknown] => [
    `node_modules/${name}`,
    { version: '1.0.0', resolved: address },
  ]);
  const origins = packages(Object.fromEntries<unknown>(entries)).packages.map(({ name, origin }) => [name, origin]);
  assert.deepEqual(Object.fromEntries(origins), {
    mirror: undefined,
    '@s/scoped': undefined,
    git: 'git+ssh://git@github.com/a/git.git#0123abc',
    tarball: 'https://example.org/tarball.tgz',
    other: `${REGISTRY}/another/-/another-1.0.0.tgz`,
    local: 'file:../local.tgz',
  });
});

test('without the project itself nothing is known to be direct', () => {
  const text = JSON.stringify({ lockfileVersion: 3, packages: { 'node_modules/a': { version: '1.0.0' } } });
  const { packages: found } = parseHiddenLockfile(text, 'node_modules/.package-lock.json');
  assert.deepEqual(found, [
    {
      ecosystem: 'npm',
      name: 'a',
      version: '1.0.0',
      key: 'node_modules/a',
      where: { path: 'node_modules/.package-lock.json', line: 1 },
      isDevelopment: false,
      requires: [],
    },
  ]);
});

test('version 1 nests its tree, and needs only what it says it requires', () => {
  const text = `{
  "lockfileVersion": 1,
  "requires": true,
  "dependencies": {
    "a": {
      "version": "1.0.0",
      "requires": { "b": "^2.0.0" },
      "dependencies": {
        "b": { "version": "2.0.0", "requires": { "c": "1" } },
        "c": { "version": "2.0.0" }
      }
    },
    "alias": { "version": "npm:@s/real@3.1.0", "dev": true },
    "git": { "version": "git+https://token@example.org/git.git#abc" }
  }
}`;
  const { packages: found, problems } = parsePackageLock(text, 'npm-shrinkwrap.json');
  assert.deepEqual(problems, []);
  assert.deepEqual(
    found.map(({ key, name, version, where, isDevelopment, isDirect, origin }) => [
      key,
      name,
      version,
      where.line,
      isDevelopment,
      isDirect,
      origin,
    ]),
    [
      ['node_modules/a', 'a', '1.0.0', 5, false, undefined, undefined],
      ['node_modules/a/node_modules/b', 'b', '2.0.0', 9, false, undefined, undefined],
      ['node_modules/a/node_modules/c', 'c', '2.0.0', 10, false, undefined, undefined],
      ['node_modules/alias', '@s/real', '3.1.0', 13, true, undefined, undefined],
      ['node_modules/git', 'git', undefined, 14, false, undefined, 'git+https://example.org/git.git#abc'],
    ],
  );
  assert.deepEqual(requires({ packages: found, problems })['node_modules/a'], ['node_modules/a/node_modules/b']);
  assert.deepEqual(requires({ packages: found, problems })['node_modules/a/node_modules/b'], [
    'node_modules/a/node_modules/c',
  ]);
});

test('what makes no sense is told, and the rest is read', () => {
  const text =
    '{"lockfileVersion": 9, "packages": {\n"node_modules/../../x": {},\n"node_modules/__proto__": {"version": "1"},\n"node_modules/y": 1,\n"node_modules/constructor": {"version": 1, "dependencies": {"toString": "1"}}}}';
  const { packages: found, problems } = parsePackageLock(text, PATH);
  assert.deepEqual(
    found.map(({ name, version, requires }) => [name, version, requires]),
    [['constructor', undefined, []]],
  );
  assert.deepEqual(problems, [
    { where: { path: PATH }, message: 'The lockfileVersion is none that is known; it is read like version 3.' },
    { where: { path: PATH, line: 2 }, message: '"../../x" is no name of a package; it is left out.' },
    { where: { path: PATH, line: 3 }, message: '"__proto__" is no name of a package; it is left out.' },
    { where: { path: PATH, line: 4 }, message: 'The entry "node_modules/y" is no object; it is left out.' },
  ]);
  for (const bad of ['', '[]', 'null', '{', '<html>'])
    assert.equal(parsePackageLock(bad, PATH).problems.length, 1, bad);
  assert.equal(packages({}, 3).problems.length, 0);
  assert.equal(parse({ packages: [] }).problems.length, 1);
});

test('a tree that is nested without end is cut', () => {
  const depth = 20_000;
  const text = `{"dependencies":${'{"a":{"version":"1","dependencies":'.repeat(depth)}{}${'}}'.repeat(depth)}}`;
  const { packages: found, problems } = parsePackageLock(text, PATH);
  assert.ok(found.length < 100);
  assert.equal(problems.length, 1);
});

test('links that lead to each other end', () => {
  const { packages: found } = packages({
    '': { dependencies: { a: '1' } },
    'node_modules/a': { link: true, resolved: 'node_modules/b' },
    'node_modules/b': { link: true, resolved: 'node_modules/a' },
    'node_modules/c': { version: '1.0.0', dependencies: { a: '1', c: '1' } },
  });
  assert.deepEqual(
    found.map(({ requires }) => requires),
    [['node_modules/c']],
  );
});

test('no text and no value breaks it', () => {
  const location = fc.constantFrom(
    '',
    'node_modules/a',
    'node_modules/__proto__',
    'node_modules/a/node_modules/@s/b',
    'x',
    '../y',
    'node_modules/',
  );
  const entry = fc.oneof(
    fc.jsonValue(),
    fc.record({
      version: fc.string(),
      link: fc.boolean(),
      resolved: fc.oneof(location, fc.webUrl()),
      dependencies: fc.dictionary(fc.constantFrom('a', '@s/b', 'constructor', '__proto__'), fc.jsonValue()),
    }),
  );
  const lock = fc.record(
    {
      lockfileVersion: fc.constantFrom(1, 2, 3, 'x'),
      packages: fc.oneof(fc.jsonValue(), fc.dictionary(location, entry)),
      dependencies: fc.oneof(fc.jsonValue(), fc.dictionary(fc.constantFrom('a', '@s/b', '__proto__'), entry)),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        lock.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        const { packages: found } = parsePackageLock(text, PATH);
        const keys = new Set(found.map(({ key }) => key));
        assert.equal(keys.size, found.length);
        assert.ok(found.every(({ requires }) => requires.every((key) => keys.has(key))));
      },
    ),
  );
});
