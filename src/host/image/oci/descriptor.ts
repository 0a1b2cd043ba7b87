import { type Digest, parseDigest } from './digest.ts';
import { Fields } from './fields.ts';

/** What points to a blob (OCI Image Format Specification, "Content Descriptors"). */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly platform: Platform | undefined;
  readonly annotations: Fields | undefined;
}

export interface Platform {
  readonly os: string;
  /** As Go calls it: `amd64`. */
  readonly architecture: string;
  readonly variant: string | undefined;
}

export function parseDescriptor(value: unknown, what: string): Descriptor {
  const fields = new Fields(value, what);
  const platform = fields.optionalFields('platform');
  return {
    mediaType: fields.text('mediaType'),
    digest: parseDigest(fields.text('digest'), what),
    sizeBytes: fields.number('size'),
    platform: platform === undefined ? undefined : parsePlatform(platform),
    annotations: fields.optionalFields('annotations'),
  };
}

export function parsePlatform(fields: Fields): Platform {
  return {
    os: fields.text('os'),
    architecture: fields.text('architecture'),
    variant: fields.optionalText('variant'),
  };
}

/** `linux/arm/v7` */
export function formatPlatform({ os, architecture, variant }: Platform): string {
  return [os, architecture, ...(variant === undefined || variant === '' ? [] : [variant])].join('/');
}
