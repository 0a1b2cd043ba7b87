import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Package } from '../inventory/package.ts';
import { packageUrlOf } from './write.ts';

const BOOKWORM = { os: 'debian', osVersion: '12' };

function written(one: Partial<Package> & Pick<Package, 'ecosystem' | 'name'>): string | undefined {
  return packageUrlOf({ version: '1.0', key: 'key', where: { path: '/x' }, requires: [], ...one }, BOOKWORM);
}

test('names are spelled as the type of each ecosystem asks for', () => {
  assert.equal(written({ ecosystem: 'PyPI', name: 'Zope.Interface_x' }), 'pkg:pypi/zope-interface-x@1.0');
  assert.equal(written({ ecosystem: 'npm', name: '@scope/name' }), 'pkg:npm/%40scope/name@1.0');
  assert.equal(written({ ecosystem: 'npm', name: 'plain', version: undefined }), 'pkg:npm/plain');
});

test('a Debian package says its architecture, its release and its source', () => {
  const one = {
    ecosystem: 'Debian',
    name: 'libssl3',
    version: '3.0.1-1+b1',
    architecture: 'amd64',
    source: { name: 'openssl', version: '3.0.1-1' },
  } as const;
  const start = 'pkg:deb/debian/libssl3@3.0.1-1+b1?arch=amd64&distro=debian-12';
  assert.equal(written(one), `${start}&upstream=openssl%403.0.1-1`);
  assert.equal(written({ ...one, source: { name: 'openssl', version: one.version } }), `${start}&upstream=openssl`);
  assert.equal(
    written({ ecosystem: 'Debian', name: 'a', version: '1:2~x', release: 'Ubuntu:22.04' }),
    'pkg:deb/ubuntu/a@1:2~x?distro=ubuntu-22.04&upstream=a',
  );
});

test('what comes from elsewhere is never the registry’s package alone', () => {
  const origins = [
    [
      'PyPI',
      'git+https://example.org/a.git@abc',
      'pkg:pypi/a@1.0?vcs_url=git%2Bhttps%3A%2F%2Fexample.org%2Fa.git%40abc',
    ],
    [
      'PyPI',
      'https://example.org/a-1.0.tar.gz',
      'pkg:pypi/a@1.0?download_url=https%3A%2F%2Fexample.org%2Fa-1.0.tar.gz',
    ],
    ['PyPI', 'https://example.org/simple', 'pkg:pypi/a@1.0?repository_url=https%3A%2F%2Fexample.org%2Fsimple'],
    ['npm', 'https://example.org/a.tgz', 'pkg:npm/a@1.0?download_url=https%3A%2F%2Fexample.org%2Fa.tgz'],
    ['npm', 'file:../a', undefined],
    ['PyPI', '/srv/a', undefined],
  ] as const;
  for (const [ecosystem, origin, expected] of origins)
    assert.equal(written({ ecosystem, name: 'a', origin }), expected);
});
