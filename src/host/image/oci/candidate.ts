import type { Digest } from './digest.ts';
import type { Platform } from './descriptor.ts';

/** One image of a file that may hold several. */
export interface Candidate {
  /** Names and tags that it goes by: `registry.example.org/app:1.2`. */
  readonly names: readonly string[];
  /** What tells it from others; two of the same are one. */
  readonly identity: string;
  /** Known without a look at it, or asked of its configuration. */
  platform(): Promise<Platform>;
  load(): Promise<LayeredImage>;
}

/** An image whose parts are known, and not yet read. */
export interface LayeredImage {
  readonly platform: Platform;
  /** Whether it is an image that boots a machine (bootc), rather than a container's. */
  readonly boots: boolean;
  /** Lowest first. */
  readonly layers: readonly Layer[];
}

export interface Layer {
  /** For messages. */
  readonly name: string;
  readonly path: string;
  /** Of the file as it lies there. */
  readonly packed?: { readonly digest: Digest; readonly sizeBytes: number };
  /** Of the tar in it. */
  readonly unpacked?: Digest;
}
