import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Entry, Host, Stat } from '../../host/host.ts';
import { openLocalHost } from '../../host/local.ts';
import { sensitiveFiles } from './sensitive-files.ts';

type Made = Readonly<Record<string, Partial<Stat>>>;

/** A machine of these files and folders; without a word they are root's. */
function machineOf(made: Made): Host {
  const stats = new Map(
    Object.entries(made).map(([path, said]): readonly [string, Stat] => [
      path,
      {
        kind: 'stat',
        type: 'file',
        mode: said.type === 'directory' ? 0o755 : 0o600,
        uid: 0,
        gid: 0,
        sizeBytes: 1,
        ...said,
      },
    ]),
  );
  const entriesOf = (folder: string): readonly Entry[] =>
    [...stats]
      .filter(([path]) => path.slice(0, path.lastIndexOf('/')) === folder)
      .map(([path, { type }]) => ({ name: path.slice(folder.length + 1), type }));
  return {
    ...openLocalHost(),
    list: (path) =>
      Promise.resolve(stats.has(path) ? { kind: 'entries', entries: entriesOf(path) } : { kind: 'missing' }),
    stat: (path) => Promise.resolve(stats.get(path) ?? { kind: 'missing' }),
  };
}

const folder = { type: 'directory' } as const;

test('only what root may read without a capability, by a path without links', async () => {
  const found = await sensitiveFiles(
    machineOf({
      '/etc': folder,
      '/etc/shadow': { mode: 0o640, gid: 42 },
      '/etc/gshadow': { mode: 0o000 },
      '/etc/shadow-': { uid: 1 },
      '/etc/passwd': { mode: 0o644 },
      '/etc/ssh': folder,
      '/etc/ssh/ssh_host_rsa_key': {},
      '/etc/ssh/ssh_host_dsa_key': { type: 'symlink' },
      '/etc/ssh/ssh_host_\nx_key': {},
      '/etc/ssl': { type: 'symlink' },
      '/etc/ssl/private': folder,
      '/etc/ssl/private/a.key': {},
      '/etc/sudoers.d': { ...folder, mode: 0o077 },
      '/etc/sudoers.d/a': {},
      '/etc/letsencrypt': { ...folder, uid: 1000 },
      '/root': { ...folder, mode: 0o700 },
      '/root/.ssh': { ...folder, mode: 0o700 },
      '/root/.ssh/id': {},
      // Root's own, and no secret to root.
      '/root/notes': {},
      '/dev': folder,
      '/dev/mem': {},
      '/proc': folder,
      '/proc/kcore': { mode: 0o400 },
    }),
  );
  assert.deepEqual(found, ['/root/.ssh/id', '/etc/ssh/ssh_host_rsa_key', '/etc/shadow']);
});

test('on a machine without any there is none', async () => {
  assert.deepEqual(await sensitiveFiles(machineOf({ '/etc': folder })), []);
});
