import assert from 'node:assert/strict';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, test } from 'node:test';
import { openLocalHost } from '../host/local.ts';
import { whyContentsNotTrusted, whyFileNotTrusted, whyNotTrusted } from './trusted.ts';

const skip = process.getuid?.() === 0 ? false : 'LEFT OUT: needs root to give files to somebody else';
const SOMEBODY = 12_345;
const ROOT = { uid: 0, gid: 0 };
const host = openLocalHost();

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'freehold-trusted-'));
  chmodSync(folder, 0o755);
  mkdirSync(join(folder, 'tree', 'deep'), { recursive: true });
  writeFileSync(join(folder, 'tree', 'deep', 'file'), '');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('what is root’s to the last file is trusted; what is not there doesn’t count', { skip }, async () => {
  const paths = [join(folder, 'tree'), join(folder, 'nothing')];
  assert.equal(await whyContentsNotTrusted(host, paths, ROOT), undefined);
  assert.equal(await whyContentsNotTrusted(host, [join(folder, 'nothing')], ROOT), undefined);
});

test('one file of somebody else’s, or that others can write, deep in a tree', { skip }, async () => {
  const file = join(folder, 'tree', 'deep', 'file');
  chownSync(file, SOMEBODY, SOMEBODY);
  const why = (actor = ROOT): Promise<string | undefined> => whyContentsNotTrusted(host, [join(folder, 'tree')], actor);
  assert.match((await why()) ?? '', /deep\/file belongs to another user/);
  assert.equal(await why({ uid: SOMEBODY, gid: SOMEBODY }), undefined);
  chownSync(file, 0, SOMEBODY);
  chmodSync(file, 0o664);
  assert.match((await why()) ?? '', /deep\/file/);
  chownSync(file, 0, 0);
  assert.equal(await why(), undefined);
  chmodSync(join(folder, 'tree', 'deep'), 0o1777);
  assert.match((await why()) ?? '', /deep belongs/);
});

test(
  'a folder where others can add something is not trusted, although they can’t exchange anything',
  { skip },
  async () => {
    chmodSync(join(folder, 'tree'), 0o1777);
    assert.match((await whyNotTrusted(host, join(folder, 'tree'), ROOT)) ?? '', /can be changed by others/);
    assert.equal(await whyNotTrusted(host, join(folder, 'tree', 'deep'), ROOT), undefined);
  },
);

test('a file is looked at where its links lead, and so is each link', { skip }, async () => {
  const why = (): Promise<string | undefined> => whyFileNotTrusted(host, join(folder, 'link'), ROOT);
  symlinkSync('tree/../other/file', join(folder, 'link'));
  symlinkSync(join(folder, 'tree', 'deep'), join(folder, 'other'));
  assert.equal(await why(), undefined);
  chownSync(join(folder, 'tree', 'deep', 'file'), SOMEBODY, SOMEBODY);
  assert.match((await why()) ?? '', /tree\/deep\/file belongs to another user \(12345\)/);
  chownSync(join(folder, 'tree', 'deep', 'file'), 0, 0);
  rmSync(join(folder, 'other'));
  symlinkSync('other', join(folder, 'other'));
  assert.match((await why()) ?? '', /leads in a circle/);
});
