import { constants } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import process from 'node:process';
import { formatAddress } from '../address.ts';
import { HostError } from '../error.ts';
import type { Host } from '../host.ts';
import { observeImageFacts } from './image-facts.ts';
import { ImageHost, listDirectory } from './image-host.ts';
import { splitChoice } from './image-path.ts';
import type { Candidate, LayeredImage } from './oci/candidate.ts';
import { chooseImage, machineOf } from './oci/choose.ts';
import { dockerCandidates } from './oci/docker-archive.ts';
import { isLayout, layoutCandidates } from './oci/layout.ts';
import { ArchiveReader } from './read-archive.ts';
import { refusal } from './refusal.ts';
import { ArchiveTree } from './tree/archive-tree.ts';
import { openDiskTree } from './tree/disk-tree.ts';
import type { ImageTree } from './tree/tree.ts';
import { TreeBuilder } from './tree/tree-builder.ts';
import { walk } from './tree/walk.ts';

/**
 * Opens a machine that doesn't run: a folder, a tar (plain, gzip, zstd), an OCI image layout or archive, or what `docker save`
 * writes. Nothing of it is run, and no link in it leads out of it. Throws a `HostError` with a hint when it isn't taken.
 */
export async function openImage(path: string): Promise<Host> {
  const resources = new Resources();
  try {
    return await openMachine(resolve(path), resources);
  } catch (error) {
    await resources.close();
    throw asHostError(error);
  }
}

/** What has to be let go of, now or when the host is closed. */
class Resources {
  readonly reader = new ArchiveReader();
  readonly #others: { close(): Promise<void> }[] = [this.reader];

  keep<Resource extends { close(): Promise<void> }>(resource: Resource): Resource {
    this.#others.push(resource);
    return resource;
  }

  async close(): Promise<void> {
    await Promise.all(this.#others.splice(0).map((one) => one.close()));
  }
}

async function openMachine(path: string, resources: Resources): Promise<Host> {
  const { file, choice } = await splitChoice(path);
  const address = formatAddress({ kind: 'image', path });
  const stats = await stat(file);
  // Opening a device can do things to it.
  if (!stats.isDirectory() && !stats.isFile()) throw noFile();
  const isFolder = stats.isDirectory();
  const tree = isFolder ? resources.keep(await openDiskTree(file)) : await openArchive(file, resources);
  const close = (): Promise<void> => resources.close();
  const found = await candidatesIn(tree);
  if (found === undefined) {
    if (choice.name !== undefined || choice.platform !== undefined) throw noChoice();
    await requireMachine(tree);
    const readsAll = !isFolder || process.getuid?.() === 0;
    const origin = { address, path: file, architecture: undefined, container: null, readsAll };
    return new ImageHost(tree, await observeImageFacts(tree, origin), close);
  }
  const image = await (await chooseImage(found.candidates, choice)).load();
  const layers = await openLayers(tree, image, resources.reader);
  const container = image.boots ? null : found.kind;
  const origin = { address, path: file, architecture: machineOf(image.platform), container, readsAll: true };
  return new ImageHost(layers, await observeImageFacts(layers, origin), close);
}

async function openArchive(file: string, resources: Resources): Promise<ImageTree> {
  const handle = resources.keep(await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY));
  const stats = await handle.stat();
  if (!stats.isFile()) throw noFile();
  const builder = new TreeBuilder();
  await resources.reader.readArchive({ file: handle, start: 0, length: stats.size }, builder);
  return new ArchiveTree(builder.root);
}

interface Found {
  readonly kind: 'oci' | 'docker';
  readonly candidates: readonly Candidate[];
}

/** The images of a layout; `undefined` for the tree of a machine. */
async function candidatesIn(tree: ImageTree): Promise<Found | undefined> {
  if (await isLayout(tree)) return { kind: 'oci', candidates: await layoutCandidates(tree) };
  const candidates = await dockerCandidates(tree);
  return candidates === undefined ? undefined : { kind: 'docker', candidates };
}

async function openLayers(tree: ImageTree, { layers }: LayeredImage, reader: ArchiveReader): Promise<ImageTree> {
  const builder = new TreeBuilder();
  for (const layer of layers) {
    const region = await walk(tree, layer.path, {
      followsLast: true,
      use: async (walked) =>
        walked.kind === 'found' && walked.node.type === 'file' ? tree.region(walked.node) : undefined,
    });
    if (region === undefined) {
      throw refusal(
        'requirement',
        `the image is not complete: ${layer.name} is missing`,
        'Save the image with all its layers, also those of others (`skopeo copy`, `podman save`).',
      );
    }
    await reader.readLayer(region, layer, builder);
  }
  return new ArchiveTree(builder.root);
}

/** Somebody who names the wrong folder is told so, rather than that nothing was found in it. */
async function requireMachine(tree: ImageTree): Promise<void> {
  const listings = await Promise.all(['/etc', '/usr'].map((path) => listDirectory(tree, path)));
  if (listings.some(({ kind }) => kind !== 'missing')) return;
  throw refusal(
    'requirement',
    'there is neither /etc nor /usr in it, so it is not the root of a machine',
    'Give the folder or archive whose top level is the root directory of the image.',
  );
}

function noFile(): HostError {
  return refusal('requirement', 'this is neither a folder nor a file', 'Mount a device read-only and give the folder.');
}

function noChoice(): HostError {
  return refusal(
    'requirement',
    'it holds one machine and not several container images',
    'Leave out ?platform= and ?name=: they choose in OCI layouts and archives and what `docker save` writes.',
  );
}

/** What the file system answers to the image itself; whoever asked for it says which it was. */
function asHostError(error: unknown): unknown {
  if (error instanceof HostError) return error;
  const message = error instanceof Error ? error.message : String(error);
  switch (error instanceof Error && 'code' in error ? error.code : undefined) {
    case undefined:
      return error;
    case 'ENOENT':
    case 'ENOTDIR':
      return new HostError('unreachable', 'there is no such image', {
        cause: error,
        hint: 'An image is a folder or a file of this machine: image:///srv/images/laptop, image:laptop.tar',
      });
    case 'EACCES':
    case 'EPERM':
      return new HostError('refused', 'permission to read the image is denied', {
        cause: error,
        hint: 'Run Freehold as a user who may read it.',
      });
    default:
      return new HostError('unreachable', `the image can't be read: ${message}`, {
        cause: error,
        hint: 'Look at the disk and the file (`dmesg`, `file`), then try again.',
      });
  }
}
