import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadAssetData } from '../core/assets.ts';
import { interpreterKinds } from './interpreters.ts';
import { sensitivePaths } from './sensitive-paths.ts';
import { interpretersFile, knownPlacesFile, sensitivePathsFile } from './shipped-schema.ts';

test('the files that ship have the shape that the code takes them to have, and name each thing once', () => {
  const { paths } = sensitivePathsFile.parse(loadAssetData('src/apparmor/sensitive-paths.yaml'));
  const { interpreters } = interpretersFile.parse(loadAssetData('src/apparmor/interpreters.yaml'));
  const places = knownPlacesFile.parse(loadAssetData('src/apparmor/lint/known-places.yaml'));
  const lists = [paths, interpreters, places.wide_trees, places.loaded_later, places.user_writable];
  for (const list of lists) {
    assert.ok(list.length > 0);
    assert.equal(new Set(list.map(({ id }) => id)).size, list.length);
  }
  assert.equal(sensitivePaths().length, paths.length);
  assert.equal(interpreterKinds().length, interpreters.length);
});

test('a field that the code does not know is told', () => {
  const shell = { id: 'shell', what: 'a shell', why: 'it runs any command', source: 'sh(1)', names: ['sh'] };
  const isTaken = (kind: object): boolean => interpretersFile.safeParse({ format: 2, interpreters: [kind] }).success;
  assert.equal(isTaken({ ...shell, isShell: true }), true);
  assert.equal(isTaken({ ...shell, isShel: true }), false);
});
