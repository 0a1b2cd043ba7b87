import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Package } from '../package.ts';
import { parseUvLock } from './uv-lock.ts';

const PATH = 'uv.lock';
const LOCK = `version = 1
revision = 3
requires-python = ">=3.9"

[manifest]
members = ["shop", "shop-core"]

[[package]]
name = "shop"
version = "0.1.0"
source = { editable = "." }
dependencies = [
    { name = "numpy", version = "1.26.0", source = { registry = "https://pypi.org/simple" }, marker = "python_version < '3.12'" },
    { name = "shop-core" },
]

[package.optional-dependencies]
pretty = [{ name = "rich" }]

[package.dev-dependencies]
dev = [{ name = "pytest" }]

[[package]]
name = "shop-core"
source = { virtual = "core" }
dependencies = [{ name = "kit" }]

[[package]]
name = "kit"
version = "0.3"
source = { git = "https://user:hunter2@h.example/kit?subdirectory=py&rev=main#abc123" }
dependencies = [{ name = "numpy" }]

[[package]]
name = "numpy"
version = "1.26.0"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "numpy"
version = "2.1.0"
source = { registry = "https://pypi.example/simple" }

[[package]]
name = "rich"
version = "13.0"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "pytest"
version = "8.0"
source = { registry = "https://pypi.org/simple" }
dependencies = [{ name = "pluggy" }, { name = "numpy", version = "2.1.0" }]

[[package]]
name = "pluggy"
version = "1.5"
source = { registry = "https://pypi.org/simple" }

[[package]]
name = "sample"
source = { directory = "../sample" }
`;

function brief({ key, isDirect, isDevelopment, origin, requires, where }: Package): readonly unknown[] {
  return [key, where.line, isDirect, isDevelopment, origin, requires];
}

test('what the project asks for is direct, and what only its groups bring is for development', () => {
  const { packages, problems } = parseUvLock(LOCK, PATH);
  assert.deepEqual(problems, []);
  assert.deepEqual(packages.map(brief), [
    ['kit', 28, true, false, 'git+https://h.example/kit@abc123#subdirectory=py', ['numpy==1.26.0', 'numpy==2.1.0']],
    ['numpy==1.26.0', 34, true, false, undefined, []],
    ['numpy==2.1.0', 39, false, false, 'https://pypi.example/simple', []],
    ['pluggy', 55, false, true, undefined, []],
    ['pytest', 49, true, true, undefined, ['numpy==2.1.0', 'pluggy']],
    ['rich', 44, true, false, undefined, []],
    ['sample', 60, false, undefined, '../sample', []],
  ]);
});

test('a script has no project, its requirements are in the manifest', () => {
  const text =
    'version = 1\n[manifest]\nrequirements = [{ name = "rich", specifier = ">=13" }]\n[[package]]\nname = "rich"\nversion = "13"\ndependencies = [{ name = "pygments" }]\n[[package]]\nname = "pygments"\nversion = "2"\n';
  assert.deepEqual(parseUvLock(text, PATH).packages.map(brief), [
    ['pygments', 8, false, false, undefined, []],
    ['rich', 4, true, false, undefined, ['pygments']],
  ]);
});

test('without a project nothing says what is direct', () => {
  const { packages, problems } = parseUvLock(
    'version = 1\n[[distribution]]\nname = "a"\nversion = "1"\n[[distribution]]\nname = "b"\n',
    PATH,
  );
  assert.deepEqual(packages.map(brief), [
    ['a', 2, undefined, undefined, undefined, []],
    ['b', 5, undefined, undefined, undefined, []],
  ]);
  assert.deepEqual(problems, [{ where: { path: PATH, line: 5 }, message: 'a package has no version' }]);
});

test('another format is not read', () => {
  assert.deepEqual(parseUvLock('version = 2\n[[package]]\nname = "a"', PATH), {
    packages: [],
    problems: [{ where: { path: PATH }, message: 'has a version of its format that is not known' }],
  });
  assert.equal(parseUvLock('', PATH).problems[0]?.message, 'has no version of its format');
});

test('many packages of one name are read in good time', () => {
  const count = 20_000;
  const text = Array.from(
    { length: count },
    (_, index) => `[[package]]\nname = "a"\nversion = "${index}"\ndependencies = [{ name = "a" }]\n`,
  );
  const { packages, problems } = parseUvLock(
    `version = 1\n[manifest]\nrequirements = [{ name = "a" }]\n${text.join('')}`,
    PATH,
  );
  assert.equal(packages.length, count);
  assert.equal(problems.length, 1);
});

test('no text breaks it', () => {
  const pieces = fc.constantFrom(
    '[[package]]\n',
    'name = "a"\n',
    'name = "b"\n',
    'version = "1"\n',
    'version = "2"\n',
    'source = { virtual = "." }\n',
    'source = { git = "?#" }\n',
    'dependencies = [{ name = "a" }, 3]\n',
    '[package.dev-dependencies]\n',
    'dev = [{ name = "b" }]\n',
  );
  fc.assert(
    fc.property(fc.array(pieces), (parts) => {
      const { packages } = parseUvLock(`version = 1\n${parts.join('')}`, PATH);
      assert.equal(new Set(packages.map(({ key }) => key)).size, packages.length);
    }),
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseUvLock(`version = 1\n${text}`, PATH)));
});
