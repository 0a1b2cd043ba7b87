import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import type { Host } from '../../src/host/host.ts';
import { openImage } from '../../src/host/image/open-image.ts';
import { makeLayout, packLayout } from './make-layout.ts';
import { makeTar, type TarEntry } from './make-tar.ts';

const workspace = mkdtempSync(join(tmpdir(), 'freehold-image-podman-'));
const PODMAN = ['--root', join(workspace, 'root'), '--runroot', join(workspace, 'run'), '--storage-driver', 'vfs'];
const LEAST_PATHS = 20;
after(() => {
  rmSync(workspace, { recursive: true, force: true });
});

const file = (name: string, content = name): TarEntry => ({ name, content });
const folder = (name: string): TarEntry => ({ name, type: '5', mode: 0o755 });
const link = (name: string, target: string): TarEntry => ({ name, type: '2', link: target });
const second = (name: string, target: string): TarEntry => ({ name, type: '1', link: target });

/** Everything that layers do to each other, and members that come through links. */
const LAYERS: readonly (readonly TarEntry[])[] = [
  [
    ...['etc/', 'usr/', 'usr/lib/', 'a/', 'opaque/', 'opaque/folder/', 'gone/', 'folder/'].map(folder),
    link('lib', 'usr/lib'),
    link('absolute', '/usr'),
    ...['lib/through', 'a/kept', 'a/hidden', 'opaque/below', 'opaque/folder/below'].map((name) => file(name)),
    ...['gone/x', 'again', 'file', 'folder/x', 'first'].map((name) => file(name)),
    second('second', 'first'),
  ],
  [
    file('lib/second'),
    file('absolute/third'),
    file('a/.wh.hidden', ''),
    folder('opaque/'),
    file('opaque/.wh..wh..opq', ''),
    folder('opaque/folder/'),
    file('opaque/folder/above'),
    file('opaque/above'),
    file('.wh.gone', ''),
    file('.wh.again', ''),
    file('again', 'new'),
    folder('file/'),
    file('file/x'),
    file('folder', 'a file now'),
    file('first', 'changed'),
    second('third', 'second'),
    link('up', '../../../etc'),
    file('up/through'),
  ],
];

test('layers give what they give podman', { skip: whyNot() }, async () => {
  const archive = join(workspace, 'image.tar');
  writeFileSync(archive, packLayout(makeLayout([{ layers: LAYERS.map((layer) => makeTar(layer)), name: 'app:1' }])));
  const id = podman('pull', '--quiet', `oci-archive:${archive}`);
  const theirs = pathsOf(podman('image', 'mount', id));
  const host = await openImage(archive);
  const ours = await pathsIn(host, '');
  await host.close();
  podman('image', 'umount', id);
  assert.deepEqual(ours, theirs);
  assert.ok(ours.length > LEAST_PATHS);
});

function podman(...argv: readonly string[]): string {
  return execFileSync('podman', [...PODMAN, ...argv], { encoding: 'utf8' }).trim();
}

function pathsOf(root: string, below = ''): readonly string[] {
  const names = readdirSync(join(root, below)).sort();
  return names.flatMap((name) => {
    const path = `${below}/${name}`;
    const stats = lstatSync(join(root, path));
    if (stats.isDirectory()) return [`${path}/`, ...pathsOf(root, path)];
    if (stats.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(root, path))}`];
    return [`${path}: ${readFileSync(join(root, path), 'utf8')}`];
  });
}

async function pathsIn(host: Host, below: string): Promise<readonly string[]> {
  const listing = await host.list(`${below}/`);
  assert.ok(listing.kind === 'entries');
  const found: string[] = [];
  for (const { name, type } of listing.entries) {
    const path = `${below}/${name}`;
    const [stat, read] = [await host.stat(path), await host.read(path)];
    if (type === 'directory') found.push(`${path}/`, ...(await pathsIn(host, path)));
    else if (stat.kind === 'stat' && type === 'symlink') found.push(`${path} -> ${stat.target ?? ''}`);
    else found.push(`${path}: ${read.kind === 'content' ? Buffer.from(read.bytes).toString() : read.kind}`);
  }
  return found;
}

function whyNot(): string | false {
  if (process.platform !== 'linux') return 'needs Linux';
  if (process.getuid?.() !== 0) return 'needs root to mount what podman unpacks';
  return spawnSync('podman', [...PODMAN, 'info']).status === 0 ? false : 'needs podman';
}
