/** The lab's disk and memory, built once for each version of what they are made from, and kept outside the repository. */
import { createHash } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { labSuite } from './suite.ts';
import { tool, whyNoTools } from './tools.ts';

const FOLDER = import.meta.dirname;
/** Everything that decides what the image becomes: the recipe, what cooks it, and the computer that its memory is of. */
const INGREDIENTS = ['recipe/**', 'build-image.ts', 'qemu.ts'];
const DIGEST_CHARACTERS = 16;

/** Paths in {@link cacheFolder}. */
export interface LabImage {
  readonly folder: string;
  /** A whole disk with partition table, GRUB and Debian; nobody writes to it any more. */
  readonly disk: string;
  /** What has been written while the machine booted from {@link disk}, up to the moment of {@link memory}. */
  readonly bootedDisk: string;
  /** The kernel and its initrd, to boot without BIOS and GRUB. */
  readonly kernel: { readonly image: string; readonly initrd: string };
  /** The booted machine itself, to go on from within seconds. */
  readonly memory: string;
  /** Logs in as root, admin and clerk. */
  readonly privateKey: string;
  /** The machine's host keys, by the name `lab`. */
  readonly knownHosts: string;
}

export function imageIn(folder: string): LabImage {
  return {
    folder,
    disk: join(folder, 'disk.raw'),
    bootedDisk: join(folder, 'booted.qcow2'),
    kernel: { image: join(folder, 'vmlinuz'), initrd: join(folder, 'initrd') },
    memory: join(folder, 'memory'),
    privateKey: join(folder, 'key'),
    knownHosts: join(folder, 'known_hosts'),
  };
}

/** `$FREEHOLD_LAB_CACHE`, or where the XDG Base Directory Specification has caches. */
export function cacheFolder(): string {
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return process.env['FREEHOLD_LAB_CACHE'] ?? join(cache, 'freehold-lab');
}

/** The image that belongs to this version of the recipe, whether or not it has been built. Needs QEMU. */
export function labImage(): LabImage {
  return imageIn(join(cacheFolder(), recipeDigest()));
}

/** The last thing that is made is the memory; the folder gets its name when all of it is there. */
export function isBuilt(image: LabImage): boolean {
  return existsSync(image.memory);
}

/** Why no test can have a lab machine, or `false`. */
export function whyNoLab(): string | false {
  const reason = whyNoTools();
  if (reason !== false) return reason;
  return isBuilt(labImage()) ? false : 'LEFT OUT: the lab machine has not been built; `npm run test:lab` does it';
}

function recipeDigest(): string {
  // A saved memory is for the QEMU that saved it.
  const hash = createHash('sha256').update(tool('qemu-system-x86_64', '--version')).update(`\0${labSuite()}`);
  const files = globSync(INGREDIENTS, { cwd: FOLDER, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const path of files.map((entry) => join(entry.parentPath, entry.name)).sort()) {
    hash.update(`\0${path.slice(FOLDER.length)}\0`).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, DIGEST_CHARACTERS);
}
