import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePipfileLock } from './pipfile-lock.ts';

const PATH = 'Pipfile.lock';
const LOCK = {
  _meta: {
    sources: [
      { name: 'pypi', url: 'https://pypi.org/simple', verify_ssl: true },
      { name: 'ours', url: 'https://${USER}:hunter2@pypi.example/simple', verify_ssl: true },
    ],
  },
  default: {
    certifi: { hashes: ['sha256:aaaa'], index: 'pypi', version: '==2023.7.22' },
    inner: { index: 'ours', version: '==1.0' },
    kit: { git: 'https://user:hunter2@h.example/kit.git', ref: 'abc123', subdirectory: 'py' },
    near: { editable: true, path: './near' },
    loose: { version: '*' },
    range: { version: '>=1' },
  },
  develop: { certifi: { version: '==2023.7.22' }, pytest: { version: '==8.0.0' }, near: { version: '==2' } },
  docs: { sphinx: { version: '==7.0' } },
};

test('the packages of each section, with their lines', () => {
  const { packages, problems } = parsePipfileLock(JSON.stringify(LOCK, undefined, 4), PATH);
  assert.deepEqual(problems, []);
  assert.deepEqual(
    packages.map(({ key, version, constraint, isDevelopment, origin, where }) => [
      key,
      where.line,
      version ?? constraint,
      isDevelopment,
      origin,
    ]),
    [
      ['certifi', 17, '2023.7.22', false, undefined],
      ['inner', 24, '1.0', false, 'https://pypi.example/simple'],
      ['kit', 28, undefined, false, 'git+https://h.example/kit.git@abc123#subdirectory=py'],
      ['loose', 37, '*', false, undefined],
      ['near', 33, undefined, false, './near'],
      ['near==2', 51, '2', true, undefined],
      ['pytest', 48, '8.0.0', true, undefined],
      ['range', 40, '>=1', false, undefined],
      ['sphinx', 56, '7.0', false, undefined],
    ],
  );
});

test('what is wrong is said, and the rest is read', () => {
  const { packages, problems } = parsePipfileLock(
    '{\n"default": {"a": 1,\n"__proto__": {},\n"b": {"version": "==1"}}, "develop": []}',
    PATH,
  );
  assert.deepEqual(
    packages.map(({ key, version }) => [key, version]),
    [
      ['a', undefined],
      ['b', '1'],
    ],
  );
  assert.deepEqual(
    problems.map(({ where, message }) => `${where.line}: ${message}`),
    [
      '2: of "a" nothing can be read',
      'undefined: "develop" is no list of packages',
      '3: "__proto__" is not the name of a Python package',
    ],
  );
  for (const text of ['', '[]', '{', '['.repeat(1_000_000)]) {
    assert.deepEqual(parsePipfileLock(text, PATH).problems, [
      { where: { path: PATH }, message: 'is not a JSON object' },
    ]);
  }
});

test('no text breaks it', () => {
  fc.assert(fc.property(fc.json(), (text) => void parsePipfileLock(text, PATH)));
  fc.assert(fc.property(fc.json(), (text) => void parsePipfileLock(`{"default":{"a":${text}},"_meta":${text}}`, PATH)));
});
