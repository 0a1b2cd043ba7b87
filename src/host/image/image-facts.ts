import { basename } from 'node:path';
import { containerFrom, factsFrom } from '../facts.ts';
import type { Facts } from '../host.ts';
import { ELF_HEADER_BYTES, machineOfProgram } from './elf.ts';
import { listDirectory, readFile } from './image-host.ts';
import type { ImageTree } from './tree/tree.ts';
import { walk } from './tree/walk.ts';

/** What the form of an image says about the machine in it. */
export interface ImageOrigin {
  readonly address: string;
  readonly path: string;
  /** `uname -m`, where the image says it. */
  readonly architecture: string | undefined;
  /** Set for the image of a container: `oci`, `docker`. */
  readonly container: string | null;
  /** Whether every file can be read, whoever owns it. */
  readonly readsAll: boolean;
}

const TEXT_LIMIT_BYTES = 64 * 1024;
/** Programs that nearly every Linux has, for what they were built for. */
const PROGRAMS = ['/bin/sh', '/usr/bin/env', '/sbin/init', '/usr/lib/systemd/systemd', '/bin/busybox'] as const;

export async function observeImageFacts(tree: ImageTree, origin: ImageOrigin): Promise<Facts> {
  const [etcRelease, usrRelease, hostname, kernels, dockerenv, containerenv] = await Promise.all([
    textOf(tree, '/etc/os-release'),
    textOf(tree, '/usr/lib/os-release'),
    textOf(tree, '/etc/hostname'),
    kernelReleases(tree),
    textOf(tree, '/.dockerenv'),
    textOf(tree, '/run/.containerenv'),
  ]);
  const marked = containerFrom({
    declared: undefined,
    hasContainerenv: containerenv !== undefined,
    hasDockerenv: dockerenv !== undefined,
    pidNamespace: undefined,
  });
  return factsFrom({
    address: origin.address,
    hostname: nameOf(hostname) ?? basename(origin.path),
    osRelease: etcRelease ?? usrRelease ?? '',
    kernelRelease: kernels.length === 1 ? (kernels[0] ?? '') : '',
    architecture: origin.architecture ?? (await architectureOf(tree)) ?? 'unknown',
    uid: origin.readsAll ? 0 : -1,
    // What has a kernel of its own was made to boot, whatever marks it carries.
    container: origin.container ?? (kernels.length === 0 ? marked : null),
    isRunning: false,
  });
}

/** hostname(5): the first line that is no comment. */
function nameOf(text: string | undefined): string | undefined {
  const lines = (text ?? '').split('\n').map((line) => line.trim());
  return lines.find((line) => /^[A-Za-z0-9._-]{1,253}$/.test(line));
}

/** Also of a folder that only holds a part of a kernel's modules: its name is the kernel's. */
async function kernelReleases(tree: ImageTree): Promise<readonly string[]> {
  const listing = await listDirectory(tree, '/lib/modules');
  if (listing.kind !== 'entries') return [];
  return listing.entries.filter(({ type }) => type === 'directory').map(({ name }) => name);
}

async function architectureOf(tree: ImageTree): Promise<string | undefined> {
  for (const path of PROGRAMS) {
    const architecture = machineOfProgram(await headOf(tree, path));
    if (architecture !== undefined) return architecture;
  }
  return undefined;
}

async function headOf(tree: ImageTree, path: string): Promise<Buffer> {
  try {
    return await walk(tree, path, {
      followsLast: true,
      use: async (walked) =>
        walked.kind === 'found' && walked.node.type === 'file'
          ? Buffer.from(await tree.read(walked.node, ELF_HEADER_BYTES))
          : Buffer.alloc(0),
    });
  } catch {
    return Buffer.alloc(0);
  }
}

async function textOf(tree: ImageTree, path: string): Promise<string | undefined> {
  const result = await readFile(tree, path, { limitBytes: TEXT_LIMIT_BYTES });
  return result.kind === 'content' ? new TextDecoder().decode(result.bytes) : undefined;
}
