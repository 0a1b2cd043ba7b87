import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePackageJson } from './package-json.ts';

const PATH = 'package.json';

test('an exact version is pinned, a range is asked for, an address is an origin', () => {
  const text = `{
  "dependencies": {
    "exact": "=1.2.3",
    "range": "^1.0.0",
    "alias": "npm:@s/real@~2.0.0",
    "pinned-alias": "npm:real@2.0.0",
    "tag": "latest",
    "empty": "",
    "own": "workspace:*",
    "catalogued": "catalog:",
    "git": "someone/git#v1",
    "both": "1.0.0"
  },
  "devDependencies": { "tool": "1 - 2", "both": "2.0.0" }
}`;
  const { packages, problems } = parsePackageJson(text, PATH);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ key, name, version, constraint, origin, isDevelopment, where }) => [
      key.slice('node_modules/'.length),
      name,
      version,
      constraint,
      origin,
      isDevelopment,
      where.line,
    ]),
    [
      ['alias', '@s/real', undefined, '~2.0.0', undefined, false, 5],
      ['both', 'both', '1.0.0', undefined, undefined, false, 12],
      ['catalogued', 'catalogued', undefined, 'catalog:', undefined, false, 10],
      ['empty', 'empty', undefined, '*', undefined, false, 8],
      ['exact', 'exact', '1.2.3', undefined, undefined, false, 3],
      ['git', 'git', undefined, undefined, 'someone/git#v1', false, 11],
      ['pinned-alias', 'real', '2.0.0', undefined, undefined, false, 6],
      ['range', 'range', undefined, '^1.0.0', undefined, false, 4],
      ['tag', 'tag', undefined, 'latest', undefined, false, 7],
      ['tool', 'tool', undefined, '1 - 2', undefined, true, 14],
    ],
  );
  assert.ok(packages.every(({ isDirect }) => isDirect === true));
});

test('what is no name or no text is told with its line', () => {
  const { packages, problems } = parsePackageJson(
    '{"dependencies": {\n"../x": "1",\n"a": {},\n"constructor": "1.0.0"}}',
    PATH,
  );
  assert.deepEqual(
    packages.map(({ name }) => name),
    ['constructor'],
  );
  assert.deepEqual(
    problems.map(({ where }) => where.line),
    [2, 3],
  );
});

test('no text breaks it', () => {
  const section = fc.dictionary(
    fc.constantFrom('a', '@s/b', '__proto__', '../x'),
    fc.oneof(fc.jsonValue(), fc.string()),
  );
  const value = fc.dictionary(
    fc.constantFrom('dependencies', 'devDependencies', 'optionalDependencies'),
    fc.oneof(fc.jsonValue(), section),
  );
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    value.map((one) => JSON.stringify(one)),
  );
  fc.assert(
    fc.property(text, (text) => parsePackageJson(text, PATH).packages.every(({ isDirect }) => isDirect === true)),
  );
});
