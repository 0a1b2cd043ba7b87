import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parsePdmLock } from './pdm-lock.ts';

const PATH = 'pdm.lock';
const LOCK = `[metadata]
groups = ["default", "dev"]
lock_version = "4.5.0"

[[package]]
name = "httpx"
version = "0.27.0"
groups = ["default"]
dependencies = ["anyio", "socksio==1.*; extra == \\"socks\\"", "IDNA==3.6", "?"]

[[package]]
name = "httpx"
version = "0.27.0"
extras = ["socks"]
groups = ["dev"]
dependencies = ["httpx==0.27.0", "socksio==1.*"]

[[package]]
name = "anyio"
version = "4.2.0"
groups = ["dev"]

[[package]]
name = "idna"
version = "3.6"

[[package]]
name = "idna"
version = "3.7"

[[package]]
name = "socksio"
version = "1.0.0"
git = "https://user:hunter2@h.example/socksio"
ref = "main"
revision = "abc123"

[[package]]
name = "near"
version = "1"
path = "./near"
`;

test('the packages of a lock; one that is locked for an extra as well is one', () => {
  const { packages, problems } = parsePdmLock(LOCK, PATH);
  assert.deepEqual(problems, [{ where: { path: PATH, line: 5 }, message: '"?" is not a requirement' }]);
  assert.deepEqual(
    packages.map(({ key, isDevelopment, isDirect, origin, requires, where }) => [
      key,
      where.line,
      isDirect,
      isDevelopment,
      origin,
      requires,
    ]),
    [
      ['anyio', 18, undefined, undefined, undefined, []],
      ['httpx', 5, undefined, false, undefined, ['anyio', 'idna==3.6', 'socksio']],
      ['idna==3.6', 23, undefined, undefined, undefined, []],
      ['idna==3.7', 27, undefined, undefined, undefined, []],
      ['near', 38, undefined, undefined, './near', []],
      ['socksio', 31, undefined, undefined, 'git+https://h.example/socksio@abc123', []],
    ],
  );
});

test('no text breaks it', () => {
  const pieces = fc.constantFrom(
    '[[package]]\n',
    'name = "a"\n',
    'version = "1"\n',
    'dependencies = ["a", "b==1", 3]\n',
    'groups = 1\n',
    'git = "x"\n',
    'url = "y"\n',
  );
  fc.assert(fc.property(fc.array(pieces), (parts) => void parsePdmLock(parts.join(''), PATH)));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parsePdmLock(text, PATH)));
});
