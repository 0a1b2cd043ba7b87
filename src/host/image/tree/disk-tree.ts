import { constants } from 'node:fs';
import { type FileHandle, open, opendir, readlink, statfs } from 'node:fs/promises';
import type { EntryType } from '../../host.ts';
import { LISTING_LIMIT, PIECE_BYTES } from '../limits.ts';
import { refusal } from '../refusal.ts';
import type { Region } from '../tar/byte-source.ts';
import { readFully } from './read-fully.ts';
import type { ImageNode, ImageTree } from './tree.ts';

/**
 * Holds a thing without opening it, so that devices and FIFOs notice nothing (open(2)). Node doesn't name it; the value is
 * that of include/uapi/asm-generic/fcntl.h, which every architecture that Node runs on shares.
 */
const O_PATH = 0o10000000;
const PERMISSION_BITS = 0o7777;

/**
 * File systems in which a running kernel shows itself, by the magic number of statfs(2) (include/uapi/linux/magic.h): what
 * is mounted of them in a folder speaks of this machine and not of the image. autofs would mount something when looked at.
 */
const KERNEL_FILE_SYSTEMS: ReadonlySet<number> = new Set([
  0x9fa0, // proc
  0x62656572, // sysfs
  0x73636673, // securityfs
  0x27e0eb, // cgroup
  0x63677270, // cgroup2
  0x64626720, // debugfs
  0x74726163, // tracefs
  0x1cd1, // devpts
  0xcafe4a11, // bpf
  0x62656570, // configfs
  0xde5e81e4, // efivarfs
  0x6165676c, // pstore
  0xf97cff8c, // selinux
  0x19800202, // mqueue
  0x6e736673, // nsfs
  0x42494e4d, // binfmt_misc
  0x65735543, // fusectl
  0x0187, // autofs
]);

interface DiskNode extends ImageNode {
  readonly handle: FileHandle;
  readonly device: number;
  /** Whether a running kernel shows itself below: to the image it is an empty mount point. */
  readonly isVeiled: boolean;
}

/**
 * A folder of this machine's disk. Each name is held by O_PATH | O_NOFOLLOW below the directory held before, and opened
 * through its own entry of /proc/self/fd: whoever owns the folder may rename and exchange what they like meanwhile, no
 * step of a walk leads through a link that we didn't read ourselves.
 */
export async function openDiskTree(path: string): Promise<DiskTree> {
  const handle = await open(path, O_PATH | constants.O_DIRECTORY);
  try {
    const root = await toNode(handle, undefined);
    await probe(root);
    return new DiskTree(root);
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function probe(root: DiskNode): Promise<void> {
  try {
    await (await open(`${pathOf(root)}/.`, O_PATH)).close();
  } catch (error) {
    throw refusal(
      'requirement',
      `a folder can't be read safely here: ${error instanceof Error ? error.message : String(error)}`,
      'Folders need Linux with /proc mounted, and search permission. Pack the folder into a tar and give that.',
    );
  }
}

export class DiskTree implements ImageTree<DiskNode> {
  readonly root: DiskNode;
  readonly #regions: FileHandle[] = [];

  constructor(root: DiskNode) {
    this.root = root;
  }

  async child(directory: DiskNode, name: string): Promise<DiskNode | undefined> {
    if (directory.isVeiled) return undefined;
    let handle: FileHandle;
    try {
      handle = await open(`${pathOf(directory)}/${name}`, O_PATH | constants.O_NOFOLLOW);
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
    try {
      return await toNode(handle, directory.device);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** What stands there may have been exchanged since it was held: then this is no link any more, and the walk ends here. */
  target(_link: DiskNode, directory: DiskNode, name: string): Promise<string> {
    return readlink(`${pathOf(directory)}/${name}`);
  }

  async list(directory: DiskNode): Promise<readonly { readonly name: string; readonly type: EntryType }[]> {
    if (directory.isVeiled) return [];
    const entries: { name: string; type: EntryType }[] = [];
    const listing = await opendir(`${pathOf(directory)}/.`, { bufferSize: 256 });
    for await (const entry of listing) {
      if (entries.length === LISTING_LIMIT) throw new Error(`more than ${String(LISTING_LIMIT)} names`);
      entries.push({ name: entry.name, type: typeOf(entry) });
    }
    return entries;
  }

  async read(file: DiskNode, length: number): Promise<Uint8Array> {
    const handle = await openHeld(file);
    try {
      return await readFully(handle, { position: 0, length });
    } finally {
      await handle.close();
    }
  }

  async *pieces(file: DiskNode): AsyncIterable<Uint8Array> {
    const handle = await openHeld(file);
    try {
      const buffer = Buffer.allocUnsafe(PIECE_BYTES);
      for (;;) {
        const { bytesRead } = await handle.read(buffer, 0, PIECE_BYTES);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await handle.close();
    }
  }

  async region(file: DiskNode): Promise<Region> {
    const handle = await openHeld(file);
    this.#regions.push(handle);
    return { file: handle, start: 0, length: (await handle.stat()).size };
  }

  release(node: DiskNode): Promise<void> {
    return node.handle.close();
  }

  async close(): Promise<void> {
    await Promise.all([this.root.handle, ...this.#regions].map((handle) => handle.close()));
  }
}

function pathOf({ handle }: DiskNode): string {
  return `/proc/self/fd/${String(handle.fd)}`;
}

/** The very file that is held. Reading leaves its time of access alone where we may ask for that (open(2), O_NOATIME). */
async function openHeld(file: DiskNode): Promise<FileHandle> {
  // A regular file too can hold an open up: with a lease that somebody has taken (fcntl(2), F_SETLEASE).
  const flags = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
  try {
    return await open(pathOf(file), flags | constants.O_NOATIME);
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
    return open(pathOf(file), flags);
  }
}

async function toNode(handle: FileHandle, parentDevice: number | undefined): Promise<DiskNode> {
  const stats = await handle.stat();
  const isMount = parentDevice !== undefined && stats.dev !== parentDevice;
  const isVeiled = isMount && KERNEL_FILE_SYSTEMS.has((await statfs(`/proc/self/fd/${String(handle.fd)}`)).type);
  const type = typeOf(stats);
  return {
    handle,
    device: stats.dev,
    isVeiled,
    type: isVeiled && type === 'file' ? 'other' : type,
    mode: stats.mode & PERMISSION_BITS,
    uid: stats.uid,
    gid: stats.gid,
    sizeBytes: stats.size,
  };
}

interface Typed {
  isFile(): boolean;
  isDirectory(): boolean;
  isSymbolicLink(): boolean;
}

function typeOf(entry: Typed): EntryType {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  return entry.isSymbolicLink() ? 'symlink' : 'other';
}

function isMissing(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG';
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
