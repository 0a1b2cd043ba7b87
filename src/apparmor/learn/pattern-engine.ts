import type { ByteText } from '../../core/byte-text.ts';

export type Overlap =
  | { readonly kind: 'disjoint' }
  /** A path that both match. */
  | { readonly kind: 'common'; readonly example: ByteText }
  | { readonly kind: 'unknown'; readonly reason: string };

/** What learning asks of patterns (AARE) without variables. */
export interface PatternEngine {
  /** A test for paths; `undefined` where the text is no pattern. */
  compile(pattern: ByteText): ((path: ByteText) => boolean) | undefined;
  intersects(a: ByteText, b: ByteText): Overlap;
}
