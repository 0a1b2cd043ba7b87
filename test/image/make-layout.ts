import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { machine } from 'node:os';
import { dirname, join } from 'node:path';
import { makeTar } from './make-tar.ts';

const MACHINES: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', i686: '386' };

/** As Go calls the architecture of this machine. */
export const OURS = MACHINES[machine()] ?? machine();

export interface LayoutImage {
  /** The bytes of each layer as they lie in the layout. */
  readonly layers: readonly Buffer[];
  readonly layerType?: string;
  readonly architecture?: string;
  readonly os?: string;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly hasPlatform?: boolean;
}

export type LayoutFiles = Map<string, Buffer>;

/** The files of an OCI layout; layers that are in it twice are one blob. */
export function makeLayout(images: readonly LayoutImage[]): LayoutFiles {
  const files: LayoutFiles = new Map();
  const blob = (bytes: Buffer): { digest: string; size: number } => {
    const hex = sha256(bytes);
    files.set(`blobs/sha256/${hex}`, bytes);
    return { digest: `sha256:${hex}`, size: bytes.length };
  };
  const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));
  const manifests = images.map((image) => {
    const { layers, architecture = OURS, os = 'linux' } = image;
    const config = blob(
      json({
        os,
        architecture,
        ...(image.labels !== undefined && { config: { Labels: image.labels } }),
        rootfs: { type: 'layers', diff_ids: layers.map((bytes) => `sha256:${sha256(bytes)}`) },
      }),
    );
    const manifest = blob(
      json({
        schemaVersion: 2,
        config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
        layers: layers.map((bytes) => ({
          mediaType: image.layerType ?? 'application/vnd.oci.image.layer.v1.tar',
          ...blob(bytes),
        })),
      }),
    );
    return {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      ...manifest,
      ...(image.hasPlatform === true && { platform: { os, architecture } }),
      ...(image.name !== undefined && { annotations: { 'org.opencontainers.image.ref.name': image.name } }),
    };
  });
  files.set('oci-layout', json({ imageLayoutVersion: '1.0.0' }));
  files.set('index.json', json({ schemaVersion: 2, manifests }));
  return files;
}

/** What `docker save` wrote before Docker 25. */
export function makeDockerArchive(layers: readonly Buffer[], diffIds = layers.map(sha256)): LayoutFiles {
  const config = Buffer.from(
    JSON.stringify({ os: 'linux', architecture: OURS, rootfs: { diff_ids: diffIds.map((hex) => `sha256:${hex}`) } }),
  );
  const names = layers.map((_, index) => `layer${String(index)}/layer.tar`);
  const manifest = [{ Config: `${sha256(config)}.json`, RepoTags: ['app:1.2'], Layers: names }];
  return new Map([
    [`${sha256(config)}.json`, config],
    ['manifest.json', Buffer.from(JSON.stringify(manifest))],
    ...layers.map((bytes, index) => [names[index] ?? '', bytes] as const),
  ]);
}

export function writeLayout(folder: string, files: LayoutFiles): void {
  for (const [path, bytes] of files) {
    mkdirSync(join(folder, dirname(path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
}

export function packLayout(files: LayoutFiles): Buffer {
  return makeTar([...files].map(([name, content]) => ({ name, content })));
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
