import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openLocalHost } from '../../src/host/local.ts';
import type { Host } from '../../src/host/host.ts';
import { DIRECTORIES, MODULES, type ModprobeTree } from './modprobe-trees.ts';

const RELEASE = '6.1.0-test';
const MODULES_FOLDER = `/lib/modules/${RELEASE}`;

/** A folder that modprobe can be run in with chroot(8): the program, its libraries, and a kernel with empty modules. */
export function makeRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'freehold-modprobe-'));
  const modprobe = realpathSync(run(['sh', '-c', 'command -v modprobe']).trim());
  const libraries = run(['ldd', modprobe]).match(/\/\S+/g) ?? [];
  for (const library of libraries) copyInto(root, library, library);
  copyInto(root, modprobe, '/modprobe');
  for (const module of MODULES) write(root, `${MODULES_FOLDER}/kernel/${module}.ko`, emptyModule());
  for (const list of ['order', 'builtin', 'builtin.modinfo']) write(root, `${MODULES_FOLDER}/modules.${list}`, '');
  run(['depmod', '-b', root, RELEASE]);
  write(root, '/dev/null', '');
  return root;
}

export function writeTree(root: string, tree: ModprobeTree): void {
  for (const directory of DIRECTORIES) {
    rmSync(join(root, directory), { recursive: true, force: true });
    mkdirSync(join(root, directory), { recursive: true });
    mkdirSync(join(root, dirname(directory), 'aside.d'), { recursive: true });
    write(root, `${dirname(directory)}/aside.conf`, 'install tipc /bin/false 1000\nblacklist sctp\n');
  }
  for (const { path, content } of tree.files) write(root, path, content);
  for (const { path, target } of tree.links) symlinkSync(target, join(root, path));
  for (const path of tree.folders) mkdirSync(join(root, path));
  write(root, '/proc/cmdline', `${tree.commandLine}\n`);
}

/** What modprobe says it would do: the first line of a dry run, empty where it would do nothing. */
export function dryRun(root: string, module: string, ...options: readonly string[]): string {
  const argv = ['-n', '-v', ...options, '-S', RELEASE, module];
  const { stdout, stderr, status, error } = spawnSync('chroot', [root, '/modprobe', ...argv], { encoding: 'utf8' });
  if (error !== undefined || status !== 0) throw new Error(`modprobe ended with ${String(status)}: ${stderr}`);
  return stdout.trimEnd();
}

/** The real host, with every path below the root. */
export function hostIn(root: string): Host {
  const local = openLocalHost();
  return {
    facts: local.facts,
    read: (path, options) => local.read(root + path, options),
    list: (path) => local.list(root + path),
    stat: (path) => local.stat(root + path),
    find: () => Promise.reject(new Error('nothing is searched here')),
    digest: (paths, algorithm) =>
      local.digest(
        paths.map((path) => root + path),
        algorithm,
      ),
    run: (argv, options) => local.run(argv, options),
    close: () => local.close(),
  };
}

function copyInto(root: string, from: string, to: string): void {
  mkdirSync(join(root, dirname(to)), { recursive: true });
  copyFileSync(from, join(root, to));
}

function write(root: string, path: string, content: string | Uint8Array): void {
  mkdirSync(join(root, dirname(path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

function run(argv: readonly [string, ...string[]]): string {
  const [program, ...rest] = argv;
  const { status, stdout, stderr } = spawnSync(program, rest, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${argv.join(' ')} ended with ${String(status)}: ${stderr}`);
  return stdout;
}

/** The smallest relocatable ELF file depmod(8) reads: a header, no code, an empty section and the names (elf(5)). */
function emptyModule(): Uint8Array {
  const HEADER_BYTES = 64;
  const SECTION_BYTES = 64;
  const names = Buffer.from('\0.shstrtab\0\0\0\0\0\0');
  const file = Buffer.alloc(HEADER_BYTES + 2 * SECTION_BYTES + names.length);
  // ELF, 64 bit, little endian, version 1; then type (relocatable), machine (x86-64), version.
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(1, 16);
  file.writeUInt16LE(62, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(BigInt(HEADER_BYTES), 40);
  for (const [offset, value] of [
    [52, HEADER_BYTES],
    [58, SECTION_BYTES],
    [60, 2],
    [62, 1],
  ] as const) {
    file.writeUInt16LE(value, offset);
  }
  const section = HEADER_BYTES + SECTION_BYTES;
  file.writeUInt32LE(1, section);
  file.writeUInt32LE(3, section + 4);
  file.writeBigUInt64LE(BigInt(section + SECTION_BYTES), section + 24);
  file.writeBigUInt64LE(BigInt(names.length), section + 32);
  names.copy(file, section + SECTION_BYTES);
  return file;
}
