import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { openImage } from '../../src/host/image/open-image.ts';
import { askChroot, askHost, treeAndQueries, whyNoChroot, writeTree } from './trees.ts';

const workspace = mkdtempSync(join(tmpdir(), 'freehold-image-links-'));
after(() => {
  rmSync(workspace, { recursive: true });
});

const TREES = 60;
const RACE_MS = 1500;
const LEAST_SEEN = 20;
const QUESTIONS = 2000;
const OPEN_FILES_LIMIT = 500;
const isLinux = process.platform === 'linux';
let count = 0;

function newFolder(): string {
  count += 1;
  const folder = join(workspace, String(count));
  mkdirSync(folder);
  return folder;
}

test('links of folders and tars lead where chroot(2) says', { skip: whyNoChroot() }, async () => {
  await fc.assert(
    fc.asyncProperty(treeAndQueries, async ({ entries, queries }) => {
      const root = newFolder();
      writeTree(root, entries);
      execFileSync('tar', ['-C', root, '-cf', `${root}.tar`, '.']);
      const truth = askChroot(root, queries);
      for (const path of [root, `${root}.tar`]) {
        const host = await openImage(path);
        const ours: string[] = [];
        for (const query of queries) ours.push(await askHost(host, query));
        await host.close();
        assert.deepEqual(ours, truth, path);
      }
    }),
    { numRuns: TREES },
  );
});

test('as many links are followed as by Linux, and no more', { skip: whyNoChroot() }, async () => {
  const root = newFolder();
  const links = Array.from({ length: 45 }, (_, index) => ({
    kind: 'link' as const,
    path: `l${String(index)}`,
    target: index === 0 ? 'end' : `l${String(index - 1)}`,
  }));
  writeTree(root, [{ kind: 'file', path: 'end' }, ...links]);
  const queries = links.map(({ path }) => `/${path}`);
  const host = await openImage(root);
  const ours: string[] = [];
  for (const query of queries) ours.push(await askHost(host, query));
  await host.close();
  const truth = askChroot(root, queries);
  assert.ok(truth.some((one) => one.startsWith('loop')) && truth.some((one) => one.startsWith('file')));
  assert.deepEqual(ours, truth);
});

/** renameat2(2) with RENAME_EXCHANGE: at every moment there is either the one or the other. */
const SWAPPER = `
my ($a, $b) = @ARGV;
while (1) { syscall(316, -100, $a, -100, $b, 2); }`;

test(
  'whoever exchanges folders for links while they are read gets nothing from outside',
  { skip: process.arch === 'x64' ? whyNoChroot() : 'the number of renameat2 is that of x86-64' },
  async () => {
    const root = newFolder();
    const outside = newFolder();
    mkdirSync(join(outside, 'sysctl.d'));
    writeFileSync(join(outside, 'sysctl.d', 'x.conf'), 'canary');
    mkdirSync(join(root, 'etc', 'sysctl.d'), { recursive: true });
    writeFileSync(join(root, 'etc', 'sysctl.d', 'x.conf'), 'inside');
    mkdirSync(join(root, 'usr'));
    symlinkSync(outside, join(root, 'swap'));
    const swapper = spawn('perl', ['-e', SWAPPER, join(root, 'etc'), join(root, 'swap')]);
    const fileRoot = newFolder();
    mkdirSync(join(fileRoot, 'etc'));
    writeFileSync(join(fileRoot, 'etc', 'f'), 'inside');
    symlinkSync(join(outside, 'sysctl.d', 'x.conf'), join(fileRoot, 'etc', 'g'));
    const fileSwapper = spawn('perl', ['-e', SWAPPER, join(fileRoot, 'etc', 'f'), join(fileRoot, 'etc', 'g')]);
    const folderHost = await openImage(root);
    const fileHost = await openImage(fileRoot);
    const seen = new Map<string, number>();
    const end = Date.now() + RACE_MS;
    while (Date.now() < end) {
      for (const read of [await folderHost.read('/etc/sysctl.d/x.conf'), await fileHost.read('/etc/f')]) {
        const text = read.kind === 'content' ? Buffer.from(read.bytes).toString() : read.kind;
        seen.set(text, (seen.get(text) ?? 0) + 1);
      }
      const listing = await folderHost.list('/etc/sysctl.d');
      if (listing.kind === 'entries') assert.deepEqual(listing.entries, [{ name: 'x.conf', type: 'file' }]);
    }
    swapper.kill('SIGKILL');
    fileSwapper.kill('SIGKILL');
    await folderHost.close();
    await fileHost.close();
    assert.equal(seen.get('canary'), undefined);
    // A race that one side always wins would show nothing.
    assert.ok(
      (seen.get('inside') ?? 0) > LEAST_SEEN && (seen.get('missing') ?? 0) > LEAST_SEEN,
      JSON.stringify([...seen]),
    );
  },
);

test(
  'what a kernel shows in a folder is no part of the image, and devices are not opened',
  { skip: !isLinux },
  async () => {
    const host = await openImage('/');
    const listing = await host.list('/proc');
    assert.deepEqual(listing, { kind: 'entries', entries: [] });
    assert.equal((await host.read('/proc/self/status')).kind, 'missing');
    assert.equal((await host.read('/proc/sys/kernel/ostype')).kind, 'missing');
    const zero = await host.read('/dev/zero');
    assert.ok(zero.kind === 'missing' || (zero.kind === 'unreadable' && zero.cause === 'not-a-file'));
    await host.close();
  },
);

test('a FIFO holds nothing up, and nothing is ever run', { skip: !isLinux }, async () => {
  const root = newFolder();
  mkdirSync(join(root, 'etc'));
  execFileSync('mkfifo', [join(root, 'etc', 'fifo')]);
  const host = await openImage(root);
  const read = await host.read('/etc/fifo');
  assert.ok(read.kind === 'unreadable' && read.cause === 'not-a-file');
  const run = await host.run(['true'], { timeoutMs: 1 });
  assert.ok(run.kind === 'not-run' && run.cause === 'unsupported');
  await host.close();
});

test('reading a file leaves no trace of it', { skip: whyNoChroot() }, async () => {
  const root = newFolder();
  const path = join(root, 'etc', 'f');
  mkdirSync(join(root, 'etc'));
  writeFileSync(path, 'inside');
  // relatime would note a first look after a change.
  const long = new Date('2001-01-01T00:00:00Z');
  utimesSync(path, long, new Date());
  const host = await openImage(root);
  assert.equal((await host.read('/etc/f')).kind, 'content');
  await host.close();
  assert.deepEqual(statSync(path).atime, long);
});

test('two thousand questions at once need no more files open than a few', { skip: !isLinux }, async () => {
  const root = newFolder();
  mkdirSync(join(root, 'etc', 'a', 'b'), { recursive: true });
  writeFileSync(join(root, 'etc', 'a', 'b', 'f'), 'inside');
  const host = await openImage(root);
  const most = await mostOpenFiles(async () => {
    const reads = await Promise.all(Array.from({ length: QUESTIONS }, () => host.read('/etc/a/b/f')));
    assert.ok(reads.every(({ kind }) => kind === 'content'));
  });
  await host.close();
  assert.ok(most > 0 && most < OPEN_FILES_LIMIT, String(most));
});

async function mostOpenFiles(work: () => Promise<void>): Promise<number> {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, readdirSync('/proc/self/fd').length);
  }, 1);
  await work();
  clearInterval(timer);
  return most;
}
