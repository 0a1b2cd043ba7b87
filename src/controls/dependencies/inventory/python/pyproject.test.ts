import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePyproject } from './pyproject.ts';

const PATH = 'pyproject.toml';

function brief(text: string): readonly unknown[] {
  const { packages, problems } = parsePyproject(text, PATH);
  assert.deepEqual(problems, []);
  assert.ok(packages.every(({ isDirect, where }) => isDirect === true && where.line === undefined));
  return packages.map(({ key, version, constraint, isDevelopment, origin }) => [
    key,
    version,
    constraint,
    isDevelopment,
    origin,
  ]);
}

function messages(text: string): readonly string[] {
  return parsePyproject(text, PATH).problems.map(({ message }) => message);
}

test('what the project, its extras and its groups ask for', () => {
  const text = `
[project]
name = "shop"
dependencies = ["Django==4.2.1", "requests>=2,<3", "kit @ git+https://u:hunter2@h.example/kit@v1", "pytest>=8"]
[project.optional-dependencies]
pretty = ["rich; python_version >= '3.9'"]
[dependency-groups]
test = ["pytest>=8", "coverage", {include-group = "Type_Check"}]
type-check = ["mypy==1.8.0"]
`;
  assert.deepEqual(brief(text), [
    ['coverage', undefined, undefined, true, undefined],
    ['django', '4.2.1', undefined, false, undefined],
    ['kit', undefined, undefined, false, 'git+https://h.example/kit@v1'],
    ['mypy', '1.8.0', undefined, true, undefined],
    ['pytest', undefined, '>=8', false, undefined],
    ['requests', undefined, '>=2,<3', false, undefined],
    ['rich', undefined, undefined, false, undefined],
  ]);
});

test('what Poetry asks for: a bare version is the only one that will do', () => {
  const text = `
[project]
dependencies = ["listed>=1"]
[tool.poetry.dependencies]
python = "^3.9"
listed = { source = "ours" }
exact = "1.2.3"
caret = "^1.2"
any = "*"
table = { version = "==2.0", extras = ["x"] }
forks = [{ version = "<2", python = "<3.9" }, { version = ">=2", python = ">=3.9" }]
kit = { git = "https://u:hunter2@h.example/kit.git", tag = "v1", subdirectory = "py" }
near = { path = "../near" }
[tool.poetry.dev-dependencies]
black = "^23"
[tool.poetry.group.docs.dependencies]
sphinx = "7.*"
`;
  assert.deepEqual(brief(text), [
    ['any', undefined, undefined, false, undefined],
    ['black', undefined, '^23', true, undefined],
    ['caret', undefined, '^1.2', false, undefined],
    ['exact', '1.2.3', undefined, false, undefined],
    ['forks<2', undefined, '<2', false, undefined],
    ['forks>=2', undefined, '>=2', false, undefined],
    ['kit', undefined, undefined, false, 'git+https://h.example/kit.git@v1#subdirectory=py'],
    ['listed', undefined, '>=1', false, undefined],
    ['near', undefined, undefined, false, '../near'],
    ['sphinx', undefined, '7.*', true, undefined],
    ['table', '2.0', undefined, false, undefined],
  ]);
});

test('what is wrong is said', () => {
  assert.deepEqual(messages('[project]\ndependencies = "a"\n[project.optional-dependencies]\nx = ["a b", 1]'), [
    '"dependencies" is no list of requirements',
    '"a b" in "x" is not a requirement',
    'something in "x" is not a requirement',
  ]);
  assert.deepEqual(
    messages(
      '[dependency-groups]\na = [{include-group = "b"}]\nb = [{include-group = "A"}]\nc = ["x", {include-group = "d"}, {y = 1}]\nA = []\ne = [{include-group = "c"}]',
    ),
    [
      'something in the dependency group "c" is no include',
      'the dependency group "A" is there twice',
      'the dependency group "c" includes "d", which is not there',
      'dependency groups include each other in a circle: "a", "b"',
    ],
  );
  assert.deepEqual(
    messages('project = 1\ndependency-groups = []\ntool = {poetry = {group = {a = 1}, dependencies = 2}}'),
    [],
  );
});

test('a sentence about a circle stays one that can be read', () => {
  const groups = Array.from({ length: 1000 }, (_, index) => `g${index} = [{include-group = "g0"}]`).join('\n');
  assert.deepEqual(messages(`[dependency-groups]\n${groups}`), [
    'dependency groups include each other in a circle: "g0", "g1", "g10", "g100", "g101" and others',
  ]);
});

test('long chains of groups are read in good time', () => {
  const count = 20_000;
  const chain = Array.from({ length: count }, (_, index) => `g${index} = [{include-group = "g${index + 1}"}]`).join(
    '\n',
  );
  assert.deepEqual(messages(`[dependency-groups]\n${chain}\ng${count} = []`), []);
});

test('no text breaks it', () => {
  const pieces = fc.constantFrom(
    '[project]\n',
    'dependencies = ["a", 1]\n',
    '[dependency-groups]\n',
    'a = [{include-group = "a"}]\n',
    'b = ["x"]\n',
    '__proto__ = ["y"]\n',
    '[tool.poetry.dependencies]\n',
    'c = "^1"\n',
    'd = {version = 1}\n',
    '[tool.poetry.group.x.dependencies]\n',
  );
  fc.assert(fc.property(fc.array(pieces), (parts) => void parsePyproject(parts.join(''), PATH)));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parsePyproject(text, PATH)));
});
