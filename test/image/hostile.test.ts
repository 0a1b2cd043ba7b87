import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { HostError } from '../../src/host/error.ts';
import type { Host } from '../../src/host/host.ts';
import { openImage } from '../../src/host/image/open-image.ts';
import { makeDockerArchive, makeLayout, packLayout, sha256, writeLayout } from './make-layout.ts';
import { makeTar, pax, type TarEntry } from './make-tar.ts';

const workspace = mkdtempSync(join(tmpdir(), 'freehold-image-hostile-'));
after(() => {
  rmSync(workspace, { recursive: true });
});

const REFUSAL_LIMIT_MS = 10_000;
const MIB = 1024 * 1024;
const isLinux = process.platform === 'linux';
let count = 0;

function newPath(): string {
  count += 1;
  return join(workspace, String(count));
}

function writeImage(bytes: Buffer): string {
  const path = newPath();
  writeFileSync(path, bytes);
  return path;
}

/** Every refusal is one that a person can do something about, and comes soon. */
async function refused(path: string, message: RegExp): Promise<HostError> {
  const start = Date.now();
  try {
    await (await openImage(path)).close();
  } catch (error) {
    assert.ok(error instanceof HostError, String(error));
    assert.match(error.message, message);
    assert.ok((error.hint ?? '').length > 0, 'no hint');
    assert.ok(Date.now() - start < REFUSAL_LIMIT_MS);
    return error;
  }
  throw new assert.AssertionError({ message: `${path} was taken; expected ${String(message)}` });
}

const ETC: TarEntry = { name: 'etc/', type: '5' };

/** Somewhere on this machine, outside of every image. */
const canary = join(workspace, 'canary');
mkdirSync(canary);
writeFileSync(join(canary, 'x.conf'), 'canary');
const up = '../'.repeat(20);
/** Links that lead to it if they are followed on this machine. */
const TARGETS = [
  canary,
  `${up}${canary}`,
  `/proc/self/root${canary}`,
  `/proc/self/cwd/${up}${canary}`,
  `/proc/1/root${canary}`,
];
const LINKS = Object.fromEntries(TARGETS.map((target, index) => [`etc/link${String(index)}`, target]));

async function assertNothingLeaks(host: Host): Promise<void> {
  for (const link of [...Object.keys(LINKS), 'etc/root']) {
    const below = link === 'etc/root' ? `${canary}/` : '';
    for (const path of [`/${link}/${below}x.conf`, `/${link}/${below}`, `/../../${link}/../..${canary}/x.conf`]) {
      const read = await host.read(path);
      assert.ok(read.kind !== 'content', `${path} was read`);
      assert.ok((await host.list(path)).kind !== 'entries', `${path} was listed`);
    }
  }
  // `/` is the image's own root.
  const etc = await host.list('/etc/root/etc');
  assert.ok(etc.kind === 'entries' && etc.entries.some(({ name }) => name === 'root'));
  assert.equal((await host.list('/etc/loop')).kind, 'unreadable');
}

const LINK_ENTRIES: readonly TarEntry[] = [
  ETC,
  ...Object.entries(LINKS).flatMap(([name, link]) => [pax({ linkpath: link }), { name, type: '2', link: 'x' }]),
  { name: 'etc/root', type: '2', link: '/' },
  { name: 'etc/loop', type: '2', link: 'loop' },
];

test('no link of a folder leads out of it', { skip: !isLinux }, async () => {
  const root = newPath();
  mkdirSync(join(root, 'etc'), { recursive: true });
  for (const [path, target] of Object.entries({ ...LINKS, 'etc/root': '/', 'etc/loop': 'loop' })) {
    symlinkSync(target, join(root, path));
  }
  const host = await openImage(root);
  await assertNothingLeaks(host);
  await host.close();
});

test('no link of an archive leads out of it, plain, packed, or as a layer', async () => {
  const tar = makeTar(LINK_ENTRIES);
  const layout = makeLayout([{ layers: [tar] }]);
  const folder = newPath();
  writeLayout(folder, layout);
  const files = [tar, gzipSync(tar), zstdCompressSync(tar), packLayout(layout), packLayout(makeDockerArchive([tar]))];
  for (const path of [...files.map(writeImage), ...(isLinux ? [folder] : [])]) {
    const host = await openImage(path);
    await assertNothingLeaks(host);
    await host.close();
  }
});

test('members that come through a link stay inside', async () => {
  const host = await openImage(
    writeImage(
      makeTar([
        { name: 'usr/lib/', type: '5' },
        { name: 'lib', type: '2', link: 'usr/lib' },
        { name: 'lib/a', content: 'a' },
        { name: 'etc/sysctl.d', type: '2', link: `../../..${canary}` },
        { name: 'etc/sysctl.d/x.conf', content: 'inside' },
        { name: '/etc/absolute', content: 'b' },
      ]),
    ),
  );
  const text = async (path: string) => {
    const read = await host.read(path);
    return read.kind === 'content' ? Buffer.from(read.bytes).toString() : read.kind;
  };
  assert.deepEqual(
    [
      await text('/usr/lib/a'),
      await text('/etc/sysctl.d/x.conf'),
      await text(`${canary}/x.conf`),
      await text('/etc/absolute'),
    ],
    ['a', 'inside', 'inside', 'b'],
  );
  await host.close();
});

test('hard links reach what the archive holds, and nothing else', async () => {
  const path = writeImage(
    makeTar([
      { name: 'etc/shadow', content: 'inside' },
      { name: 'etc/second', type: '1', link: 'etc/shadow' },
      { name: 'etc/third', type: '1', link: `${canary}/x.conf` },
      { name: 'etc/shadow', content: 'replaced' },
    ]),
  );
  const host = await openImage(path);
  const second = await host.read('/etc/second');
  assert.ok(second.kind === 'content' && Buffer.from(second.bytes).toString() === 'inside');
  const third = await host.read('/etc/third');
  assert.ok(third.kind === 'unreadable' && /is a hard link to .*, which the archive doesn't hold/.test(third.message));
  const shadow = await host.read('/etc/shadow');
  assert.ok(shadow.kind === 'content' && Buffer.from(shadow.bytes).toString() === 'replaced');
  await host.close();
});

const HOSTILE: readonly (readonly [what: string, entries: readonly TarEntry[], message: RegExp])[] = [
  ['a name with ..', [ETC, { name: '../etc/shadow', content: 'x' }], /would lead out of the image/],
  ['a name with .. inside', [ETC, { name: 'etc/../../x', content: 'x' }], /would lead out of the image/],
  ['a hard link with ..', [ETC, { name: 'etc/x', type: '1', link: '../../etc/shadow' }], /would lead out/],
  ['a hard link to a directory', [ETC, { name: 'x', type: '1', link: 'etc' }], /hard link to a directory/],
  [
    'a member below a file',
    [
      { name: 'etc/a', content: '' },
      { name: 'etc/a/b', content: '' },
    ],
    /no directory/,
  ],
  [
    'a member below a circle of links',
    [ETC, { name: 'a', type: '2', link: 'b' }, { name: 'b', type: '2', link: 'a' }, { name: 'a/x', content: '' }],
    /no directory/,
  ],
  ['a link with data', [ETC, { name: 'x', type: '2', link: 'etc', content: 'x'.repeat(512) }], /with data/],
  ['two long names', [pax({ path: 'a' }), { name: 'L', type: 'L', content: 'b\0' }, ETC], /two long names/],
  ['a global name', [pax({ path: 'a' }, 'g'), ETC], /gives all files one path/],
  ['a NUL in a name', [pax({ path: 'etc/a\0b' }), { name: 'x' }], /NUL/],
  ['a name of 300 bytes', [pax({ path: `etc/${'n'.repeat(300)}` }), { name: 'x' }], /longer than 255 bytes/],
  ['a path of 5000 bytes', [pax({ path: 'd/'.repeat(2500) }), { name: 'x' }], /a name of 5000 bytes/],
  ['1100 directories deep', [pax({ path: 'd/'.repeat(1100) }), { name: 'x' }], /directories one in the other/],
  ['an extended header of 2 MiB', [pax({ comment: 'c'.repeat(2 * MIB) }), ETC], /extended header of/],
  [
    'a sparse file that overlaps',
    [pax({ 'GNU.sparse.size': '10', 'GNU.sparse.map': '5,2,4,2' }), { name: 'x', content: 'abcd' }],
    /overlap/,
  ],
  ['a sparse file of a format that there is not', [pax({ 'GNU.sparse.major': '7' }), { name: 'x' }], /never wrote/],
  [
    'a map of a sparse file without an end',
    [
      pax({ 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '9' }),
      { name: 'x', content: '1'.repeat(4096) },
    ],
    /holds no numbers/,
  ],
  ['a size that is no number', [pax({ size: '-1' }), { name: 'x' }], /stands where a number should/],
  ['a damaged record', [{ name: 'x', type: 'x', content: '99 a=b\n' }, ETC], /malformed/],
  ['an end after an extended header', [ETC, pax({ path: 'x' })], /ends after an extended header/],
  ['the root as a file', [ETC, { name: '/', type: '2', link: 'etc' }], /the root of the image is to be a symlink/],
  ['no machine', [{ name: 'x', content: '' }], /neither \/etc nor \/usr/],
  ['nothing', [], /neither \/etc nor \/usr/],
];

for (const [what, entries, message] of HOSTILE) {
  test(`an archive with ${what} is refused`, async () => {
    await refused(writeImage(makeTar(entries)), message);
  });
}

test('an archive that is cut off is refused, wherever it is cut', async () => {
  const tar = makeTar([ETC, { name: 'etc/a', content: 'a'.repeat(700) }, { name: 'etc/b', content: 'b' }]);
  const end = tar.length - 1024;
  for (let length = 512; length <= end; length += 128) {
    await refused(writeImage(tar.subarray(0, length)), /cut off|no end/);
    await refused(writeImage(gzipSync(tar.subarray(0, length))), /cut off|no end/);
  }
  for (const packed of [gzipSync(tar), zstdCompressSync(tar)]) {
    for (let length = 12; length < packed.length; length += 7) {
      await refused(writeImage(packed.subarray(0, length)), /damaged|cut off|no end/);
    }
  }
  const sized = writeImage(tar);
  const host = await openImage(sized);
  truncateSync(sized, 1024);
  const read = await host.read('/etc/b');
  assert.ok(read.kind === 'unreadable' && /shortened/.test(read.message));
  await host.close();
});

test('no damage to an archive makes it end otherwise than in a machine or a refusal', async () => {
  const tar = makeTar([
    ETC,
    pax({ path: 'etc/long', 'GNU.sparse.size': '9', 'GNU.sparse.map': '0,2,7,2' }),
    { name: 'x', content: 'abcd' },
    { name: 'L', type: 'L', content: 'etc/longer\0' },
    { name: 'y', content: 'y' },
  ]);
  const change = fc.record({ at: fc.nat(tar.length - 1), byte: fc.nat(255) });
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), fc.boolean(), async (changes, doMend) => {
      const bytes = Buffer.from(tar);
      for (const { at, byte } of changes) bytes[at] = byte;
      const path = writeImage(doMend ? withSums(bytes) : bytes);
      try {
        const host = await openImage(path);
        await host.list('/etc');
        await host.read('/etc/long');
        await host.close();
      } catch (error) {
        assert.ok(error instanceof HostError && error.hint !== undefined, String(error));
      }
      rmSync(path);
    }),
    { numRuns: 300 },
  );
});

/** Makes the sums of blocks that look like headers right again, so that the damage gets past them. */
function withSums(bytes: Buffer): Buffer {
  for (let start = 0; start < bytes.length; start += 512) {
    const block = bytes.subarray(start, start + 512);
    if (block.toString('latin1', 257, 262) !== 'ustar') continue;
    block.write('        ', 148, 'latin1');
    block.write(
      block
        .reduce((total, byte) => total + byte, 0)
        .toString(8)
        .padStart(6, '0') + '\0 ',
      148,
      'latin1',
    );
  }
  return bytes;
}

test('bombs are refused before they go off', async () => {
  const zeros = Buffer.alloc(100 * MIB);
  const bomb = makeTar([ETC, { name: 'etc/zeros', content: zeros }]);
  await refused(writeImage(gzipSync(bomb, { level: 9 })), /that is a bomb/);
  const zstd = zstdCompressSync(bomb, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  assert.ok(zstd.length < MIB);
  await refused(writeImage(zstd), /that is a bomb/);
  const layer = gzipSync(bomb, { level: 9 });
  await refused(
    writeImage(packLayout(makeLayout([{ layers: [layer], layerType: 'application/vnd.oci.image.layer.v1.tar+gzip' }]))),
    /bomb/,
  );
  // An extent far beyond any disk costs nothing; it is only too large to be read.
  const sparse = [
    pax({ 'GNU.sparse.size': '1000000000000000', 'GNU.sparse.map': '999999999999999,1' }),
    { name: 'etc/s', content: 'x' },
  ];
  const host = await openImage(writeImage(makeTar(sparse)));
  const read = await host.read('/etc/s');
  assert.ok(read.kind === 'unreadable' && read.cause === 'too-large');
  await host.close();
});

test('an index that names itself over and over is refused', async () => {
  const layout = makeLayout([]);
  const empty = JSON.stringify({ manifests: [] });
  let index = empty;
  for (let depth = 0; depth < 3; depth += 1) {
    const bytes = Buffer.from(index);
    layout.set(`blobs/sha256/${sha256(bytes)}`, bytes);
    const descriptor = {
      mediaType: 'application/vnd.oci.image.index.v1+json',
      digest: `sha256:${sha256(bytes)}`,
      size: bytes.length,
    };
    index = JSON.stringify({ manifests: Array.from({ length: 1000 }, () => descriptor) });
  }
  layout.set('index.json', Buffer.from(index));
  await refused(writeImage(packLayout(layout)), /indexes in one layout: more than 256/);
});

test('what is no image is named, with the way to one', async () => {
  const ext4 = Buffer.alloc(4096);
  ext4.write('\x53\xef', 1080, 'latin1');
  const cases: readonly (readonly [Buffer, RegExp])[] = [
    [Buffer.from('\xfd7zXZ\0 and so on', 'latin1'), /xz data/],
    [Buffer.from('BZh91AY'), /bzip2 data/],
    [Buffer.from('QFI\xfb', 'latin1'), /qcow2/],
    [ext4, /ext2\/3\/4/],
    [Buffer.from('hello'), /neither a tar nor/],
    [Buffer.alloc(0), /neither a tar nor/],
    [gzipSync('hello'), /cut off/],
  ];
  for (const [bytes, message] of cases) await refused(writeImage(bytes), message);
  await refused(join(workspace, 'none'), /no such image/);
  await refused(`${writeImage(makeTar([ETC]))}?platform=linux/arm64`, /one machine and not several/);
  await refused(`${writeImage(makeTar([ETC]))}?plattform=x`, /doesn't say which image/);
});
