import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { machine, tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { HostError } from '../../src/host/error.ts';
import type { Host } from '../../src/host/host.ts';
import { openImage } from '../../src/host/image/open-image.ts';
import {
  makeDockerArchive,
  makeLayout,
  OURS,
  packLayout,
  sha256,
  writeLayout,
  type LayoutFiles,
} from './make-layout.ts';
import { makeTar, type TarEntry } from './make-tar.ts';

const workspace = mkdtempSync(join(tmpdir(), 'freehold-image-oci-'));
after(() => {
  rmSync(workspace, { recursive: true });
});

const isLinux = process.platform === 'linux';
const OTHER = OURS === 'arm64' ? 'amd64' : 'arm64';
const OTHER_MACHINE = OURS === 'arm64' ? 'x86_64' : 'aarch64';
let count = 0;

function newPath(): string {
  count += 1;
  return join(workspace, String(count));
}

function writeFile(bytes: Buffer): string {
  const path = newPath();
  writeFileSync(path, bytes);
  return path;
}

async function paths(host: Host, folder = ''): Promise<readonly string[]> {
  const listing = await host.list(`${folder}/`);
  if (listing.kind !== 'entries') return [];
  const found: string[] = [];
  for (const { name, type } of listing.entries) {
    if (type === 'directory') found.push(`${folder}/${name}/`, ...(await paths(host, `${folder}/${name}`)));
    else found.push(`${folder}/${name}`);
  }
  return found;
}

async function open<Result>(path: string, use: (host: Host) => Promise<Result>): Promise<Result> {
  const host = await openImage(path);
  try {
    return await use(host);
  } finally {
    await host.close();
  }
}

async function refused(path: string, message: RegExp): Promise<void> {
  await assert.rejects(openImage(path), (error) => {
    assert.ok(error instanceof HostError, String(error));
    assert.match(error.message, message);
    assert.ok((error.hint ?? '').length > 0);
    return true;
  });
}

function file(name: string, content = name): TarEntry {
  return { name, content };
}

test('layers lie one above the other; whiteouts hide only what lies below', async () => {
  const lower = makeTar([
    file('a/kept'),
    file('a/hidden'),
    file('opaque/below'),
    file('opaque/dir/below'),
    file('gone/x'),
    file('file'),
    file('again'),
  ]);
  const upper = makeTar([
    file('a/.wh.hidden', ''),
    file('opaque/dir/above'),
    file('opaque/.wh..wh..opq', ''),
    file('opaque/above'),
    file('.wh.gone', ''),
    file('.wh.never', ''),
    file('.wh..wh.plnk', ''),
    { name: 'file', type: '5' },
    file('file/x'),
    file('again', 'new'),
    file('.wh.again', ''),
  ]);
  const layout = makeLayout([{ layers: [lower, upper] }]);
  const expected = [
    '/a/',
    '/a/kept',
    '/again',
    '/file/',
    '/file/x',
    '/opaque/',
    '/opaque/above',
    '/opaque/dir/',
    '/opaque/dir/above',
  ];
  assert.deepEqual(await open(writeFile(packLayout(layout)), paths), expected);
  assert.deepEqual(await open(writeFile(packLayout(makeDockerArchive([lower, upper]))), paths), expected);
});

test('layers packed with gzip, with zstd in many frames, or not at all', async () => {
  const [a, b, c] = ['a', 'b', 'c'].map((name) => makeTar([file(`etc/${name}`, name.repeat(100_000))]));
  assert.ok(a !== undefined && b !== undefined && c !== undefined);
  const frames = Array.from({ length: Math.ceil(b.length / 7000) }, (_, index) =>
    zstdCompressSync(b.subarray(index * 7000, (index + 1) * 7000)),
  );
  const skippable = Buffer.from('502a4d1804000000616263 64'.replaceAll(' ', ''), 'hex');
  const layout = makeLayout([{ layers: [gzipSync(a), Buffer.concat([...frames, skippable]), c] }]);
  const archive = packLayout(layout);
  const folder = newPath();
  writeLayout(folder, layout);
  // `docker save | gzip` as well: the outer archive is packed a second time.
  for (const path of [writeFile(archive), writeFile(gzipSync(archive)), ...(isLinux ? [folder] : [])]) {
    await open(path, async (host) => {
      assert.deepEqual(
        [host.facts.container, host.facts.isRunning, host.facts.architecture],
        ['oci', false, machine()],
      );
      for (const name of ['a', 'b', 'c']) {
        const read = await host.read(`/etc/${name}`);
        assert.ok(read.kind === 'content' && Buffer.from(read.bytes).toString() === name.repeat(100_000), name);
      }
    });
  }
});

test('every blob must be what its digest says', async () => {
  const layer = gzipSync(makeTar([file('etc/a')]));
  const layout = makeLayout([{ layers: [layer] }]);
  for (const [path, bytes] of layout) {
    if (!path.startsWith('blobs/')) continue;
    const changed = Buffer.from(bytes);
    changed[changed.length - 3] = (changed[changed.length - 3] ?? 0) ^ 1;
    await refused(writeFile(packLayout(new Map(layout).set(path, changed))), /is not what its digest says|damaged/);
    await refused(writeFile(packLayout(new Map(layout).set(path, bytes.subarray(0, -1)))), /should have/);
    const without = new Map(layout);
    without.delete(path);
    await refused(writeFile(packLayout(without)), /not complete/);
  }
  const plain = makeTar([file('etc/a')]);
  await refused(writeFile(packLayout(makeDockerArchive([plain], [sha256(layer)]))), /is not what its digest says/);
});

test('of several images the one for a machine like this, or the one that is asked for', async () => {
  const image = (name: string, architecture: string) => ({
    layers: [makeTar([file(`etc/${name}`)])],
    name,
    architecture,
  });
  const hasPlatform = true;
  for (const extra of [{}, { hasPlatform }]) {
    const both = writeFile(
      packLayout(makeLayout([image('ours', OURS), image('other', OTHER)].map((one) => ({ ...one, ...extra })))),
    );
    assert.deepEqual(await open(both, paths), ['/etc/', '/etc/ours']);
    assert.deepEqual(await open(`${both}?platform=linux/${OTHER}`, paths), ['/etc/', '/etc/other']);
    assert.equal(await open(`${both}?name=other`, (host) => Promise.resolve(host.facts.architecture)), OTHER_MACHINE);
    await refused(`${both}?name=none`, /2 images, and none of them is what was asked for: other for .*, ours for/);
  }
  const same = writeFile(packLayout(makeLayout([image('a:1', OURS), image('b:2', OURS)])));
  await refused(same, /it is not clear which is meant: a:1 for linux\/.*, b:2 for linux/);
  assert.deepEqual(await open(`${same}?name=b:2`, paths), ['/etc/', '/etc/b:2']);
  const foreign = writeFile(packLayout(makeLayout([image('other', OTHER)])));
  assert.deepEqual(await open(foreign, paths), ['/etc/', '/etc/other']);
  await refused(writeFile(packLayout(makeLayout([]))), /holds no image/);
  await refused(writeFile(packLayout(makeLayout([{ ...image('w', OURS), os: 'windows' }]))), /for windows/);
});

test('an image that boots is a machine, not a container', async () => {
  const layers = [makeTar([file('etc/a')])];
  const bootc = writeFile(packLayout(makeLayout([{ layers, labels: { 'containers.bootc': '1' } }])));
  assert.equal(await open(bootc, (host) => Promise.resolve(host.facts.container)), null);
});

test('a layer of another kind is named', async () => {
  const layers = [makeTar([file('etc/a')])];
  const layerType = 'application/vnd.oci.image.layer.v1.tar+gzip+encrypted';
  await refused(writeFile(packLayout(makeLayout([{ layers, layerType }]))), /of the type .*encrypted/);
});

test('blobs that are links don’t lead out of the layout', { skip: !isLinux }, async () => {
  const layout: LayoutFiles = makeLayout([{ layers: [makeTar([file('etc/a')])] }]);
  const outside = newPath();
  const inside = newPath();
  mkdirSync(outside);
  writeLayout(outside, layout);
  writeLayout(inside, new Map([...layout].filter(([path]) => !path.startsWith('blobs/'))));
  symlinkSync(join(outside, 'blobs'), join(inside, 'blobs'));
  await refused(inside, /not complete/);
});

const skopeo = spawnSync('skopeo', ['--version']).status === 0;

test(
  'what skopeo writes is read: layouts, archives, docker’s, gzip and zstd',
  { skip: !isLinux ? 'needs Linux' : !skopeo && 'needs skopeo' },
  async () => {
    const folder = newPath();
    writeLayout(
      folder,
      makeLayout([{ layers: [makeTar([file('etc/a'), file('etc/b')]), makeTar([file('etc/.wh.a', '')])] }]),
    );
    const targets = ['oci', 'oci-archive', 'docker-archive'] as const;
    for (const kind of targets) {
      for (const format of kind === 'docker-archive' ? ['gzip'] : ['gzip', 'zstd']) {
        const path = newPath();
        const compress = kind === 'docker-archive' ? [] : ['--dest-compress-format', format];
        const argv = ['copy', '--insecure-policy', ...compress, `oci:${folder}`, `${kind}:${path}:app:1`];
        const result = spawnSync('skopeo', argv, { encoding: 'utf8' });
        assert.equal(result.status, 0, result.stderr);
        assert.deepEqual(await open(path, paths), ['/etc/', '/etc/b'], `${kind} ${format}`);
        assert.equal(
          await open(path, (host) => Promise.resolve(host.facts.container)),
          kind === 'docker-archive' ? 'docker' : 'oci',
        );
        if (kind !== 'oci')
          assert.deepEqual(await open(writeFile(gzipSync(readFileSync(path))), paths), ['/etc/', '/etc/b']);
      }
    }
  },
);

const ODD: readonly unknown[] = [null, 0, -1, 1e300, '', 'x', 'sha256:0', [], {}, true, ['x'], { a: 1 }];

/** Documents in which one value is another, with digests that are right all the same. */
function oddLayout(pick: () => number): LayoutFiles {
  const change = (value: unknown): unknown => {
    if (pick() % 8 === 0) return ODD[pick() % ODD.length];
    if (Array.isArray(value)) return value.map(change);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one)]));
  };
  const files: LayoutFiles = new Map();
  const blob = (mediaType: string, bytes: Buffer): object => {
    files.set(`blobs/sha256/${sha256(bytes)}`, bytes);
    return { mediaType, digest: `sha256:${sha256(bytes)}`, size: bytes.length };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(change(value)));
  const layer = makeTar([file('etc/a')]);
  const config = {
    os: 'linux',
    architecture: OURS,
    config: { Labels: {} },
    rootfs: { diff_ids: [`sha256:${sha256(layer)}`] },
  };
  const manifest = {
    config: blob('application/vnd.oci.image.config.v1+json', json(config)),
    layers: [blob('application/vnd.oci.image.layer.v1.tar', layer)],
  };
  const type = 'application/vnd.oci.image.manifest.v1+json';
  files.set(
    'index.json',
    json({ manifests: [{ ...blob(type, json(manifest)), platform: { os: 'linux', architecture: OURS } }] }),
  );
  files.set('oci-layout', json({ imageLayoutVersion: '1.0.0' }));
  return files;
}

test('no document of a layout makes it end otherwise than in an image or a refusal', async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1000), { minLength: 60, maxLength: 60 }), async (numbers) => {
      const left = [...numbers];
      const path = writeFile(packLayout(oddLayout(() => left.pop() ?? 1)));
      try {
        await open(path, paths);
        taken += 1;
      } catch (error) {
        assert.ok(error instanceof HostError && error.hint !== undefined, String(error));
      }
      rmSync(path);
    }),
    // One in sixty is an image: of so many, that none is doesn't happen.
    { numRuns: 1500 },
  );
  assert.ok(taken > 0);
});
