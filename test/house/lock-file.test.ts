import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..', '..');

const names = z.record(z.string(), z.string()).default({});
const entrySchema = z.looseObject({
  version: z.string(),
  integrity: z.string().optional(),
  dependencies: names,
  devDependencies: names,
  optionalDependencies: names,
});
const packages = z
  .object({ packages: z.record(z.string(), entrySchema) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'))).packages;

/** Where Node would find a package from inside another one, nearest first. */
function placesOf(name: string, from: string): readonly string[] {
  const parents = from
    .split('/node_modules/')
    .map((_, index, parts) => parts.slice(0, index + 1).join('/node_modules/'));
  return [
    ...parents
      .reverse()
      .filter((it) => it !== '')
      .map((it) => `${it}/node_modules/${name}`),
    `node_modules/${name}`,
  ];
}

test('every package is locked, those for other platforms too: `npm ci` refuses a lock file that lacks one', () => {
  const missing = Object.entries(packages).flatMap(([path, entry]) =>
    Object.keys({ ...entry.dependencies, ...entry.devDependencies, ...entry.optionalDependencies })
      .filter((name) => placesOf(name, path).every((place) => packages[place] === undefined))
      .map((name) => `${path} needs ${name}`),
  );
  assert.deepEqual(missing, []);
});

test('every package is held to its content, not only to its version', () => {
  const loose = Object.entries(packages).filter(([path, entry]) => path !== '' && entry.integrity === undefined);
  assert.deepEqual(
    loose.map(([path]) => path),
    [],
  );
});

test('what Freehold itself depends on is named to the digit', () => {
  const manifest = z
    .looseObject({ devDependencies: names })
    .parse(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')));
  for (const [name, range] of Object.entries(manifest.devDependencies)) {
    assert.equal(packages[`node_modules/${name}`]?.version, range);
  }
});
