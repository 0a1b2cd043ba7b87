import { damaged, refusal } from '../refusal.ts';
import { formatPlatform, parsePlatform, type Platform } from './descriptor.ts';
import { type Digest, parseDigest } from './digest.ts';
import type { Fields } from './fields.ts';

export interface ImageConfig {
  readonly platform: Platform;
  readonly boots: boolean;
  /** Digests of the unpacked layers, lowest first. */
  readonly diffIds: readonly Digest[];
}

/** How images that are made to boot a machine say so (bootc: "Bootable container images"; ostree-rs-ext). */
const BOOTABLE_LABELS = ['containers.bootc', 'ostree.bootable'] as const;

/** OCI Image Format Specification, "Image Configuration". */
export function parseConfig(fields: Fields): ImageConfig {
  const labels = fields.optionalFields('config')?.optionalFields('Labels');
  return {
    platform: parsePlatform(fields),
    boots: BOOTABLE_LABELS.some((label) => /^(?:1|true)$/.test(labels?.optionalText(label) ?? '')),
    diffIds: fields
      .fields('rootfs')
      .texts('diff_ids')
      .map((text) => parseDigest(text, 'a layer')),
  };
}

export function checkConfig({ platform, diffIds }: ImageConfig, layers: number): void {
  if (platform.os !== 'linux') {
    throw refusal(
      'requirement',
      `the image is for ${formatPlatform(platform)}`,
      'Freehold looks at images of Linux only.',
    );
  }
  if (diffIds.length !== layers) {
    throw damaged(
      `the image's configuration speaks of ${String(diffIds.length)} layers, its manifest of ${String(layers)}`,
    );
  }
}
