/** From Debian's packages to a machine that has booted and waits. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { quote } from '../../src/host/shell/quote.ts';
import { cacheFolder, imageIn, isBuilt, type LabImage, labImage } from './image.ts';
import { LabMachine } from './machine.ts';
import { labSuite } from './suite.ts';
import { tool } from './tools.ts';

const RECIPE = join(import.meta.dirname, 'recipe');
const DISK_BYTES = 6 * 1024 ** 3;
/** Where sfdisk(8) and every installer put the first partition; what is before it is GRUB's. */
const PARTITION_START_BYTES = 1024 ** 2;
const FREE_BYTES_NEEDED = 8 * 1024 ** 3;
const MINUTE_MS = 60_000;
const FIRST_BOOT_LIMIT_MS = 10 * MINUTE_MS;

/**
 * Builds the lab's image unless it is there already. Takes some minutes.
 *
 * @param say is told what is being done.
 */
export async function ensureImage(say: (line: string) => void): Promise<LabImage> {
  const image = labImage();
  if (isBuilt(image)) return image;
  mkdirSync(cacheFolder(), { recursive: true });
  const { bavail, bsize } = statfsSync(cacheFolder());
  if (bavail * bsize < FREE_BYTES_NEEDED) throw new Error(`there is not enough room in ${cacheFolder()} (8 GiB)`);
  const folder = mkdtempSync(join(cacheFolder(), 'building-'));
  try {
    await build(imageIn(folder), say);
    renameSync(folder, image.folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return image;
}

async function build(image: LabImage, say: (line: string) => void): Promise<void> {
  tool('ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', 'freehold lab', '-f', image.privateKey);
  const root = join(image.folder, 'root');
  say('Installing Debian packages into a folder …');
  installPackages(root, image);
  writeFileSync(image.knownHosts, hostKeys(root));
  say('Making a disk of it …');
  makeDisk(root, image.disk);
  tool('cp', '-L', join(root, 'vmlinuz'), image.kernel.image);
  tool('cp', '-L', join(root, 'initrd.img'), image.kernel.initrd);
  rmSync(root, { recursive: true });
  say('Booting it for the first time, to install GRUB …');
  const first = await LabMachine.start(image, {
    disk: { path: image.disk, format: 'raw' },
    kernel: { ...image.kernel, commandLine: 'root=/dev/vda1 ro console=ttyS0' },
  });
  try {
    first.sh(readFileSync(join(RECIPE, 'install-loader.sh'), 'utf8'), { timeoutMs: FIRST_BOOT_LIMIT_MS });
    await first.powerOff();
  } finally {
    await first.close();
  }
  say('Booting it through GRUB, and keeping its memory …');
  tool('qemu-img', 'create', '-q', '-f', 'qcow2', '-F', 'raw', '-b', 'disk.raw', image.bootedDisk);
  const second = await LabMachine.start(image, { disk: { path: image.bootedDisk, format: 'qcow2' } });
  try {
    second.sh('systemctl is-system-running --wait; sync', { timeoutMs: FIRST_BOOT_LIMIT_MS });
    await second.saveMemory(image.memory);
  } finally {
    await second.close();
  }
}

function installPackages(root: string, image: LabImage): void {
  const files = join(image.folder, 'files.tar');
  // Whoever owns the checkout, and whatever their umask is.
  const attributes = ['--owner=0', '--group=0', '--numeric-owner', '--mode=u=rwX,go=rX'];
  tool('tar', ...attributes, '-C', join(RECIPE, 'files'), '-cf', files, '.');
  const names = readFileSync(join(RECIPE, 'packages.txt'), 'utf8').trim().split('\n');
  const key = readFileSync(`${image.privateKey}.pub`, 'utf8').trim();
  const hooks = [
    `tar-in ${quote(files)} /`,
    `copy-in ${quote(join(RECIPE, 'set-up.sh'))} /root`,
    `chroot "$1" sh /root/set-up.sh ${quote(key)}`,
    'rm "$1/root/set-up.sh"',
  ];
  tool(
    'mmdebstrap',
    '--quiet',
    '--mode=root',
    '--variant=minbase',
    // What a power cut would lose is thrown away and built again.
    '--dpkgopt=force-unsafe-io',
    '--aptopt=Apt::Install-Recommends false',
    '--aptopt=Acquire::Languages "none"',
    `--include=${names.join(',')}`,
    ...hooks.map((hook) => `--customize-hook=${hook}`),
    labSuite(),
    root,
    ...debianSources(),
  );
}

/** From where this machine gets Debian's packages, the lab gets them too. */
function debianSources(): readonly string[] {
  const format = '$(CREATED_BY)|$(ORIGIN)|$(LABEL)|$(REPO_URI)';
  const lines = tool('apt-get', 'indextargets', '--format', format).split('\n');
  const addressOf = (label: string): string | undefined =>
    lines.map((line) => line.split('|')).find((words) => words[0] === 'Packages' && words[2] === label)?.[3];
  const main = addressOf('Debian');
  const security = addressOf('Debian-Security');
  if (main === undefined)
    throw new Error('apt on this machine has no Debian archive (and `apt-get update` brings none)');
  const suite = labSuite();
  return [
    `deb ${main} ${suite} main`,
    `deb ${main} ${suite}-updates main`,
    ...(security === undefined ? [] : [`deb ${security} ${suite}-security main`]),
  ];
}

function hostKeys(root: string): string {
  const keys = tool('sh', '-c', 'cat "$1"/etc/ssh/ssh_host_*_key.pub', 'sh', root).trim().split('\n');
  return keys.map((key) => `lab ${key}\n`).join('');
}

function makeDisk(root: string, disk: string): void {
  writeFileSync(disk, '');
  truncateSync(disk, DISK_BYTES);
  const start = PARTITION_START_BYTES / 1024;
  tool(
    'sh',
    '-c',
    `printf 'label: dos\\nstart=${String(start)}KiB, type=83, bootable\\n' | sfdisk --quiet "$1"`,
    'sh',
    disk,
  );
  const size = `${String((DISK_BYTES - PARTITION_START_BYTES) / 1024)}k`;
  tool('mke2fs', '-q', '-t', 'ext4', '-d', root, '-E', `offset=${String(PARTITION_START_BYTES)}`, '-F', disk, size);
}
