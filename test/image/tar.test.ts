import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { openImage } from '../../src/host/image/open-image.ts';

const workspace = mkdtempSync(join(tmpdir(), 'freehold-image-tar-'));
after(() => {
  rmSync(workspace, { recursive: true });
});

const isLinux = process.platform === 'linux';
const LONG = 'n'.repeat(120);
const DEEP = Array.from({ length: 30 }, (_, index) => `folder-${String(index)}`).join('/');
const MIB = 1024 * 1024;
const HOLE_BYTES = 2 * MIB;
/** A block of a file system: what is there is there in whole blocks. */
const STEP_BYTES = 32 * 1024;

const root = join(workspace, 'root');
const FILES = [
  'etc/small',
  'etc/é',
  'etc/second',
  `etc/${LONG}`,
  `etc/${DEEP}/f`,
  'etc/empty',
  'etc/sparse',
  'etc/holes',
] as const;
const LINKS = ['etc/link', 'etc/long-link'] as const;
makeRoot();

function makeRoot(): void {
  mkdirSync(join(root, 'etc', DEEP), { recursive: true });
  writeFileSync(join(root, 'etc/small'), 'small', { mode: 0o640 });
  writeFileSync(join(root, 'etc/é'), 'umlaut');
  linkSync(join(root, 'etc/small'), join(root, 'etc/second'));
  writeFileSync(join(root, 'etc', LONG), 'x'.repeat(70_000));
  writeFileSync(join(root, 'etc', DEEP, 'f'), 'deep');
  writeFileSync(join(root, 'etc/empty'), '');
  symlinkSync('small', join(root, 'etc/link'));
  symlinkSync(`${DEEP}/${LONG}`, join(root, 'etc/long-link'));
  writeHoles('etc/sparse', [0, MIB, HOLE_BYTES - 4]);
  // More pieces than a header has room for.
  writeHoles(
    'etc/holes',
    Array.from({ length: 40 }, (_, index) => index * STEP_BYTES),
  );
}

function writeHoles(path: string, offsets: readonly number[]): void {
  const file = openSync(join(root, path), 'w');
  ftruncateSync(file, HOLE_BYTES);
  for (const offset of offsets) writeSync(file, 'data', offset);
  closeSync(file);
}

interface Packer {
  readonly name: string;
  readonly argv: readonly string[];
  /** Whether the form has no room for long names: they are left out. */
  readonly isShort: boolean;
}

const LONG_NAMES = [LONG, 'long-link', 'folder-0'] as const;

function gnu(name: string, ...options: readonly string[]): Packer {
  return { name: `GNU tar ${name}`, argv: ['tar', ...options], isShort: false };
}

function bsd(format: string): Packer {
  return { name: `bsdtar ${format}`, argv: ['bsdtar', `--format=${format}`], isShort: false };
}

function short({ name, argv }: Packer): Packer {
  return { name, argv: [...argv, ...LONG_NAMES.map((long) => `--exclude=${long}`)], isShort: true };
}

const PACKERS: readonly Packer[] = [
  short(gnu('v7', '--format=v7')),
  short(gnu('ustar', '--format=ustar')),
  gnu('gnu', '--format=gnu'),
  gnu('oldgnu', '--format=oldgnu'),
  gnu('pax', '--format=pax'),
  gnu('gnu sparse', '--format=gnu', '--sparse'),
  gnu('pax sparse 0.0', '--format=pax', '--sparse', '--sparse-version=0.0'),
  gnu('pax sparse 0.1', '--format=pax', '--sparse', '--sparse-version=0.1'),
  gnu('pax sparse 1.0', '--format=pax', '--sparse', '--sparse-version=1.0'),
  gnu('incremental', '--format=gnu', `--listed-incremental=${join(workspace, 'snapshot')}`),
  gnu('with a label', '--format=gnu', '--label=backup'),
  gnu('with a global header', '--format=pax', '--pax-option=comment=hello'),
  gnu('gzip', '--gzip'),
  gnu('zstd', '--zstd'),
  gnu('gzip, sparse', '--gzip', '--sparse'),
  short(bsd('v7')),
  short(bsd('ustar')),
  bsd('pax'),
  bsd('gnutar'),
];

for (const packer of PACKERS) {
  const [program = ''] = packer.argv;
  const skip = !isLinux ? 'needs Linux' : spawnSync(program, ['--version']).status !== 0 && `needs ${program}`;
  test(`what ${packer.name} writes is read as it was`, { skip }, async () => {
    const path = join(workspace, `${packer.name.replaceAll(/\W/g, '-')}.tar`);
    const [, ...options] = packer.argv;
    execFileSync(program, [...options, '-C', root, '-cf', path, 'etc'], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [folder, tar] = [await openImage(root), await openImage(path)];
    const kept = (name: string): boolean => !packer.isShort || !LONG_NAMES.some((long) => name.includes(long));
    for (const name of FILES.filter(kept)) {
      const read = await tar.read(`/${name}`);
      assert.ok(read.kind === 'content', `${name}: ${JSON.stringify(read)}`);
      assert.ok(readFileSync(join(root, name)).equals(read.bytes), name);
    }
    for (const name of ['etc', ...FILES, ...LINKS].filter(kept)) {
      const [expected, found] = [await folder.stat(`/${name}`), await tar.stat(`/${name}`)];
      assert.ok(expected.kind === 'stat' && found.kind === 'stat', name);
      const size = expected.type === 'directory' ? 0 : expected.sizeBytes;
      assert.deepEqual(found, { ...expected, sizeBytes: size }, name);
    }
    const names = async (host: typeof tar) => {
      const listing = await host.list('/etc');
      return listing.kind === 'entries' ? listing.entries.filter(({ name }) => kept(name)) : [];
    };
    assert.deepEqual(await names(tar), await names(folder));
    await folder.close();
    await tar.close();
  });
}

test('a later member of the same name counts, as after tar --append', { skip: !isLinux }, async () => {
  const path = join(workspace, 'append.tar');
  const later = join(workspace, 'later');
  mkdirSync(join(later, 'etc'), { recursive: true });
  writeFileSync(join(later, 'etc/small'), 'later');
  execFileSync('tar', ['-C', root, '-cf', path, 'etc/small', 'etc/empty']);
  execFileSync('tar', ['-C', later, '-rf', path, 'etc/small']);
  const host = await openImage(path);
  const read = await host.read('/etc/small');
  assert.ok(read.kind === 'content' && Buffer.from(read.bytes).toString() === 'later');
  await host.close();
});
