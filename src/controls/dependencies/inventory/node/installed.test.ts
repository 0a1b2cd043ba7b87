import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { installedPackage } from './installed.ts';

const PATH = '/srv/app/node_modules/a/node_modules/@s/b/package.json';

test('an installed package has the folder from the first node_modules on as its key', () => {
  const text =
    '{\n  "name": "@s/b",\n  "version": "1.2.3",\n  "dependencies": {"z": "1", "__proto__": "1"},\n  "optionalDependencies": {"c": "2", "z": "1"},\n  "devDependencies": {"d": "1"}\n}';
  assert.deepEqual(installedPackage(text, PATH), {
    kind: 'package',
    package: {
      ecosystem: 'npm',
      name: '@s/b',
      version: '1.2.3',
      key: 'node_modules/a/node_modules/@s/b',
      where: { path: PATH, line: 3 },
      requires: [],
    },
    needs: ['c', 'z'],
  });
});

test('what npm 6 noted of its origin counts; another folder stays as it is', () => {
  const text = '{"name":"b","_resolved":"git+https://example.org/b.git#1"}';
  const found = installedPackage(text, 'vendor/my_node_modules/b/package.json');
  assert.ok(found.kind === 'package');
  assert.equal(found.package.origin, 'git+https://example.org/b.git#1');
  assert.equal(found.package.key, 'vendor/my_node_modules/b');
  assert.equal(found.package.version, undefined);
});

test('a file that names no package is a problem', () => {
  for (const text of ['', '[]', '{}', '{"name": "../x"}', '{"name": 1}']) {
    assert.equal(installedPackage(text, PATH).kind, 'problem', text);
  }
});

test('no text breaks it', () => {
  const value = fc.dictionary(
    fc.constantFrom('name', 'version', 'dependencies', '_resolved', '__proto__'),
    fc.oneof(fc.jsonValue(), fc.constant('a')),
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    value.map((one) => JSON.stringify(one)),
  );
  fc.assert(
    fc.property(text, fc.string(), (text, path) => ['package', 'problem'].includes(installedPackage(text, path).kind)),
  );
});
