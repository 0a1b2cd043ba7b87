import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dependenciesPolicy } from '../policy.ts';
import { formatOf, remoteMounts, searchFor, sortOut } from './search.ts';

test('names tell what a file holds', () => {
  const names = [
    'requirements.txt',
    'requirements-dev.txt',
    'pylock.toml',
    'pylock.dev.toml',
    'npm-shrinkwrap.json',
    'x.txt',
  ];
  assert.deepEqual(names.map(formatOf), [
    'requirements',
    'requirements',
    'pylock',
    'pylock',
    'package-lock',
    undefined,
  ]);
  assert.equal(formatOf('requirements'), undefined);
  assert.equal(formatOf('pylock..toml'), 'pylock');
});

test('file systems of other machines are passed over, whatever their mount points are called', () => {
  const mounts =
    'srv:/x /mnt/a\\040b nfs4 rw 0 0\n/dev/vda / ext4 rw 0 0\n//w/s /win cifs rw 0 0\nx /f fuse.sshfs rw 0 0\n';
  assert.deepEqual(remoteMounts(mounts), ['/mnt/a b', '/win', '/f']);
  assert.ok(searchFor(dependenciesPolicy.parse({}), { mounts, areMarksSought: true }).without.includes('/mnt/a b'));
});

test('installed packages count everywhere, files of projects only where projects are', () => {
  const policy = dependenciesPolicy.parse({});
  const paths = [
    '/srv/a/lib/python3.11/site-packages/x-1.dist-info',
    '/srv/a/lib/python3.11/site-packages/y-1.egg-info',
    '/srv/b/node_modules',
    '/srv/b/package-lock.json',
    '/usr/lib/sdk/requirements.txt',
    '/usr/lib/sdk/z-1.dist-info',
  ];
  const { python, nodeModules, files } = sortOut(paths, policy);
  assert.deepEqual([...python.keys()], ['/srv/a/lib/python3.11/site-packages', '/usr/lib/sdk']);
  assert.equal(python.get('/srv/a/lib/python3.11/site-packages')?.length, 2);
  assert.deepEqual(nodeModules, ['/srv/b/node_modules']);
  assert.deepEqual(files, [{ path: '/srv/b/package-lock.json', format: 'package-lock' }]);
});

test('a search below one folder looks there alone', () => {
  const policy = dependenciesPolicy.parse({ search: ['/srv/a'], projects: ['/srv/a', '/home'] });
  assert.deepEqual(searchFor(policy, { mounts: '', areMarksSought: true }).below, ['/home', '/srv/a']);
  assert.deepEqual([...sortOut(['/home/x/a-1.dist-info'], policy).python.keys()], []);
});
