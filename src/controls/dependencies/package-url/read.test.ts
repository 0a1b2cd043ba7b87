import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type ReadUrl, readPackageUrl } from './read.ts';

function packageOf(text: string, written?: string): Extract<ReadUrl, { kind: 'package' }>['package'] {
  const read = readPackageUrl(text, written);
  assert.ok(read.kind === 'package', `${text}: ${read.kind}`);
  return read.package;
}

test('a Debian package is judged by the source and the release that its URL names', () => {
  // As Syft, Trivy and debsbom write them.
  const libssl = 'pkg:deb/debian/libssl3@3.0.11-1~deb12u2?arch=amd64&distro=debian-12&upstream=openssl';
  assert.deepEqual(packageOf(libssl), {
    ecosystem: 'Debian',
    name: 'libssl3',
    version: '3.0.11-1~deb12u2',
    source: { name: 'openssl', version: '3.0.11-1~deb12u2' },
    release: 'Debian:12',
    architecture: 'amd64',
  });
  assert.equal(packageOf('pkg:deb/debian/adduser@3.134?arch=all&distro=debian-12.5').release, 'Debian:12');
  assert.equal(packageOf('pkg:deb/ubuntu/bash@5.1?distro=ubuntu-22.04').release, 'Ubuntu:22.04');
  assert.equal(packageOf('pkg:deb/debian/curl@7.50.3-1?arch=i386&distro=jessie').release, undefined);
  const version = '2:9+x';
  for (const upstream of ['gcc%402:9%2Bx', 'gcc@2:9+x'])
    assert.deepEqual(packageOf(`pkg:deb/debian/g@1?upstream=${upstream}`).source, { name: 'gcc', version });
});

test('a name counts as it is written beside the URL where it is the same name', () => {
  assert.equal(packageOf('pkg:npm/jsonstream@1.3.5', 'JSONStream').name, 'JSONStream');
  assert.equal(packageOf('pkg:npm/%40Types/node@1.0', 'other').name, '@types/node');
  assert.equal(packageOf('pkg:npm/@types/node@1.0').name, '@types/node');
  assert.equal(packageOf('pkg:pypi/zope-interface@5', 'Zope.Interface').name, 'Zope.Interface');
});

test('what doesn’t come from the registry says from where, without secrets', () => {
  const origin = (text: string): string | undefined => packageOf(`pkg:npm/a@1.0?${text}`).origin;
  assert.equal(
    origin('vcs_url=git%2Bhttps://user:secret@example.org/a.git%40abc'),
    'git+https://example.org/a.git@abc',
  );
  assert.equal(origin('download_url=https://example.org/a.tgz?token=1'), 'https://example.org/a.tgz');
  assert.equal(origin('download_url=https://registry.npmjs.org/a/-/a-1.0.tgz'), undefined);
  assert.equal(origin('repository_url=https://registry.npmjs.org'), undefined);
  assert.equal(origin('repository_url=https://example.org/npm'), 'https://example.org/npm');
});

test('what can’t be judged is told from what is no package URL', () => {
  assert.deepEqual(readPackageUrl('pkg:golang/golang.org/x/text@v0.3.0'), { kind: 'other', type: 'golang' });
  const refused = ['', 'npm/a', 'pkg:', 'pkg:npm', 'pkg:npm/..%2Fa@1', 'pkg:pypi/-@1', 'pkg:deb/debian/a%0Ab@1'];
  for (const text of [...refused, 'pkg:npm/a@1%1b[31m', `pkg:npm/a@${'1'.repeat(5000)}`])
    assert.deepEqual(readPackageUrl(text), { kind: 'refused' }, text);
});

test('no text is beyond reading', () => {
  const odd = fc.oneof(fc.string({ unit: 'binary' }), fc.webUrl(), fc.stringMatching(/^pkg:[a-z]+\/[^\n]*$/));
  fc.assert(
    fc.property(odd, fc.string(), (text, written) => {
      assert.ok(['package', 'other', 'refused'].includes(readPackageUrl(text, written).kind));
    }),
  );
});
