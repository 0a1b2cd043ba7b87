import { INDEX_DEPTH_LIMIT, LAYER_LIMIT, MANIFEST_LIMIT } from '../limits.ts';
import { damaged, hostile, refusal, tooMuch } from '../refusal.ts';
import type { ImageTree } from '../tree/tree.ts';
import type { Candidate, LayeredImage } from './candidate.ts';
import { checkConfig, type ImageConfig, parseConfig } from './config.ts';
import { type Descriptor, parseDescriptor } from './descriptor.ts';
import { blobPath } from './digest.ts';
import { readBlobDocument, readDocument } from './documents.ts';
import { Fields } from './fields.ts';

const INDEX_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
]);
const MANIFEST_TYPES: ReadonlySet<string> = new Set([
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
]);
/** OCI's layers, also those that may not be handed on, and Docker's; how they are packed is seen when they are read. */
const LAYER_TYPE =
  /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar(?:\+gzip|\+zstd)?|docker\.image\.rootfs\.(?:foreign\.)?diff\.tar(?:\.gzip|\.zstd)?)$/;
/** OCI Image Layout Specification; containerd's and docker's. */
const NAME_ANNOTATIONS = ['org.opencontainers.image.ref.name', 'io.containerd.image.name'] as const;

/** Whether a tree is an OCI image layout rather than a machine's. */
export async function isLayout(tree: ImageTree): Promise<boolean> {
  return (await readDocument(tree, '/oci-layout').catch(() => undefined)) !== undefined;
}

/** All images that the index of a layout names, through the indexes it points to. */
export async function layoutCandidates(tree: ImageTree): Promise<readonly Candidate[]> {
  const layout = new Fields(await readDocument(tree, '/oci-layout'), 'oci-layout');
  const version = layout.text('imageLayoutVersion');
  if (version !== '1.0.0') {
    throw refusal(
      'requirement',
      `the OCI image layout has version ${JSON.stringify(version)}`,
      'Freehold knows version 1.0.0, the only one there is so far.',
    );
  }
  const index = await readDocument(tree, '/index.json');
  if (index === undefined) throw damaged('the OCI image layout has no index.json');
  const candidates: Candidate[] = [];
  await collect(tree, new Fields(index, 'index.json'), { names: [], depth: 0, candidates, indexes: { count: 0 } });
  return candidates;
}

interface CollectContext {
  /** What the index itself goes by. */
  readonly names: readonly string[];
  readonly depth: number;
  readonly candidates: Candidate[];
  /** How many indexes have been read. */
  readonly indexes: { count: number };
}

async function collect(tree: ImageTree, index: Fields, context: CollectContext): Promise<void> {
  const { names, depth, candidates, indexes } = context;
  indexes.count += 1;
  if (indexes.count > MANIFEST_LIMIT) throw tooMuch('indexes in one layout', MANIFEST_LIMIT);
  if (depth > INDEX_DEPTH_LIMIT) throw tooMuch('indexes one in the other', INDEX_DEPTH_LIMIT);
  for (const value of index.list('manifests')) {
    const descriptor = parseDescriptor(value, 'a manifest of the index');
    if (isAttestation(descriptor)) continue;
    const own = namesOf(descriptor);
    const known = own.length === 0 ? names : own;
    if (INDEX_TYPES.has(descriptor.mediaType)) {
      const nested = await readBlobDocument(tree, descriptor);
      if (nested.has('layers'))
        throw hostile('an index that is a manifest as well: every program reads it differently');
      await collect(tree, nested, { ...context, names: known, depth: depth + 1 });
    } else if (MANIFEST_TYPES.has(descriptor.mediaType)) {
      candidates.push(candidateOf(tree, descriptor, known));
      if (candidates.length > MANIFEST_LIMIT) throw tooMuch('images in one layout', MANIFEST_LIMIT);
    }
  }
}

/** BuildKit puts what it says about an image beside it, for a platform called unknown ("Image attestation storage"). */
function isAttestation({ annotations, platform }: Descriptor): boolean {
  return (
    annotations?.optionalText('vnd.docker.reference.type') === 'attestation-manifest' || platform?.os === 'unknown'
  );
}

function namesOf({ annotations }: Descriptor): readonly string[] {
  const names = NAME_ANNOTATIONS.flatMap((key) => annotations?.optionalText(key) ?? []);
  return [...new Set(names)];
}

function candidateOf(tree: ImageTree, descriptor: Descriptor, names: readonly string[]): Candidate {
  return {
    names,
    identity: descriptor.digest.hex,
    async platform() {
      return descriptor.platform ?? (await readConfig(tree, await readManifest(tree, descriptor))).platform;
    },
    async load(): Promise<LayeredImage> {
      const manifest = await readManifest(tree, descriptor);
      const config = await readConfig(tree, manifest);
      const layers = manifest.list('layers').map((value) => toLayer(parseDescriptor(value, 'a layer')));
      if (layers.length > LAYER_LIMIT) throw tooMuch('layers', LAYER_LIMIT);
      checkConfig(config, layers.length);
      return { platform: config.platform, boots: config.boots, layers };
    },
  };
}

async function readManifest(tree: ImageTree, descriptor: Descriptor): Promise<Fields> {
  const manifest = await readBlobDocument(tree, descriptor);
  if (manifest.has('manifests'))
    throw hostile('a manifest that is an index as well: every program reads it differently');
  return manifest;
}

async function readConfig(tree: ImageTree, manifest: Fields): Promise<ImageConfig> {
  const descriptor = parseDescriptor(manifest.fields('config').value, 'the configuration');
  if (!/^application\/vnd\.(?:oci\.image\.config\.v1|docker\.container\.image\.v1)\+json$/.test(descriptor.mediaType)) {
    throw refusal(
      'requirement',
      `the layout holds ${JSON.stringify(descriptor.mediaType)}, which is not the image of a machine or container`,
      'Give an image: registries also keep charts, signatures and other things in this form.',
    );
  }
  return parseConfig(await readBlobDocument(tree, descriptor));
}

function toLayer({ mediaType, digest, sizeBytes }: Descriptor): LayeredImage['layers'][number] {
  if (!LAYER_TYPE.test(mediaType)) {
    throw refusal(
      'requirement',
      `a layer of the image is of the type ${JSON.stringify(mediaType)}`,
      'Freehold reads layers that are tars: plain, or packed with gzip or zstd. Decrypt or convert it with `skopeo copy`.',
    );
  }
  return { name: `layer ${digest.algorithm}:${digest.hex}`, path: blobPath(digest), packed: { digest, sizeBytes } };
}
