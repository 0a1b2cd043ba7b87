import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import type { Facts } from '../../src/host/host.ts';
import { openImage } from '../../src/host/image/open-image.ts';
import { makeTar, type TarEntry } from './make-tar.ts';

const workspace = mkdtempSync(join(tmpdir(), 'freehold-image-facts-'));
after(() => {
  rmSync(workspace, { recursive: true });
});

let count = 0;

async function factsOf(entries: readonly TarEntry[]): Promise<Facts> {
  count += 1;
  const path = join(workspace, `laptop-${String(count)}.tar`);
  writeFileSync(path, makeTar([{ name: 'etc/', type: '5' }, ...entries]));
  const host = await openImage(path);
  await host.close();
  return host.facts;
}

/** The start of a program: 64 bits, and these bytes for the order of bytes and the machine (elf(5)). */
function program(order: 'little' | 'big', machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x7fELF\x02', 'latin1');
  head[5] = order === 'little' ? 1 : 2;
  if (order === 'little') head.writeUInt16LE(machine, 18);
  else head.writeUInt16BE(machine, 18);
  return head;
}

test('an image says who it is', async () => {
  const facts = await factsOf([
    { name: 'usr/lib/os-release', content: 'ID=debian\nVERSION_ID="12"\nPRETTY_NAME="Debian 12"\n' },
    { name: 'etc/os-release', type: '2', link: '../usr/lib/os-release' },
    { name: 'etc/hostname', content: '# made by hand\nlaptop\n' },
    { name: 'lib', type: '2', link: 'usr/lib' },
    { name: 'bin', type: '2', link: '/usr/bin' },
    { name: 'usr/lib/modules/6.1.0-9/', type: '5' },
    { name: 'usr/bin/dash', content: program('little', 183) },
    { name: 'usr/bin/sh', type: '2', link: 'dash' },
  ]);
  const { address, ...rest } = facts;
  assert.match(address, /^image:\/\/\/.*\/laptop-1\.tar$/);
  assert.deepEqual(rest, {
    hostname: 'laptop',
    os: 'debian',
    osVersion: '12',
    osName: 'Debian 12',
    kernelRelease: '6.1.0-9',
    architecture: 'aarch64',
    isRoot: true,
    container: null,
    isRunning: false,
  });
});

test('what an image doesn’t say is left open, and it goes by the name of its file', async () => {
  const facts = await factsOf([
    { name: 'lib/modules/1/', type: '5' },
    { name: 'lib/modules/2/', type: '5' },
    { name: 'bin/sh', content: '#!/bin/false\n' },
    { name: 'etc/hostname', content: '\u001b[2J\n' },
  ]);
  assert.deepEqual(
    [facts.hostname, facts.os, facts.kernelRelease, facts.architecture],
    [basename(facts.address), 'unknown', '', 'unknown'],
  );
});

test('the order of bytes tells ppc64 from ppc64le', async () => {
  assert.equal((await factsOf([{ name: 'bin/sh', content: program('big', 21) }])).architecture, 'ppc64');
  assert.equal((await factsOf([{ name: 'bin/sh', content: program('little', 21) }])).architecture, 'ppc64le');
});

test('the marks of a container count where there is no kernel', async () => {
  const mark = { name: '.dockerenv', content: '' };
  assert.equal((await factsOf([mark])).container, 'docker');
  assert.equal((await factsOf([{ name: 'run/.containerenv', content: '' }])).container, 'podman');
  assert.equal((await factsOf([mark, { name: 'lib/modules/6.1/', type: '5' }])).container, null);
});
