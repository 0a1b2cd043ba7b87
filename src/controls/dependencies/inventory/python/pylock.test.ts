import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePylock } from './pylock.ts';

const PATH = 'pylock.toml';
const LOCK = `lock-version = "1.0"
extras = ["fast"]
dependency-groups = ["test"]
default-groups = ["main"]
created-by = "locker"

[[packages]]
name = "cattrs"
version = "24.1.2"
marker = "'main' in dependency_groups"
dependencies = [{ name = "attrs", version = "25.1.0" }]
index = "https://pypi.org/simple/"

    [[packages.wheels]]
    name = "cattrs-24.1.2-py3-none-any.whl"
    hashes = { sha256 = "aaaa" }

[[packages]]
name = "attrs"
version = "25.1.0"
marker = "python_version >= '3.9'"

[[packages]]
name = "attrs"
version = "23.1.0"
index = "https://user:hunter2@pypi.example/simple"

[[packages]]
name = "orjson"
version = "3.9"
marker = "'fast' in extras or 'test' in dependency_groups"

[[packages]]
name = "pytest"
version = "8.0"
marker = "sys_platform == 'linux' and 'test' in dependency_groups"
dependencies = [{ name = "attrs" }, { name = "gone" }, 3]

[[packages]]
name = "kit"
vcs = { type = "git", url = "https://user:hunter2@h.example/kit", requested-revision = "main", commit-id = "abc123" }

[[packages]]
name = "near"
directory = { path = "../near" }

[[packages]]
name = "far"
archive = { url = "https://h.example/far.zip?sig=hunter2", hashes = { sha256 = "aaaa" } }
`;

test('the packages of a lock; what needs a group is for development', () => {
  const { packages, problems } = parsePylock(LOCK, PATH);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ key, version, isDevelopment, origin, requires, where }) => [
      key,
      where.line,
      version,
      isDevelopment,
      origin,
      requires,
    ]),
    [
      ['attrs==23.1.0', 23, '23.1.0', false, 'https://pypi.example/simple', []],
      ['attrs==25.1.0', 18, '25.1.0', false, undefined, []],
      ['cattrs', 7, '24.1.2', false, undefined, ['attrs==25.1.0']],
      ['far', 47, undefined, false, 'https://h.example/far.zip', []],
      ['kit', 39, undefined, false, 'git+https://h.example/kit@abc123', []],
      ['near', 43, undefined, false, '../near', []],
      ['orjson', 28, '3.9', false, undefined, []],
      ['pytest', 33, '8.0', true, undefined, ['attrs==23.1.0', 'attrs==25.1.0']],
    ],
  );
});

test('another version of the format is not read', () => {
  assert.deepEqual(parsePylock('lock-version = "2.0"\n[[packages]]\nname = "a"', PATH), {
    packages: [],
    problems: [{ where: { path: PATH }, message: 'lock-version "2.0" is not known' }],
  });
  assert.equal(parsePylock('', PATH).problems[0]?.message, 'has no lock-version');
});

test('no text breaks it', () => {
  const pieces = fc.constantFrom(
    '[[packages]]\n',
    'name = "a"\n',
    'version = "1"\n',
    'vcs = { type = "git" }\n',
    'vcs = 1\n',
    'marker = "x"\n',
    'dependencies = [{ name = "a" }]\n',
  );
  fc.assert(
    fc.property(fc.array(pieces), (parts) => void parsePylock(`lock-version = "1.0"\n${parts.join('')}`, PATH)),
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parsePylock(text, PATH)));
});
