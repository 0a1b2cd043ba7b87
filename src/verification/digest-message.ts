import type { LaneSpec, Suffix } from './lane.ts';

/** What the thread that reads tells a thread that digests; `lane` is a number that is used once. */
export type ToWorker =
  | {
      readonly kind: 'open';
      readonly lane: number;
      readonly spec: LaneSpec;
      readonly slots: readonly SharedArrayBuffer[];
    }
  | { readonly kind: 'update'; readonly lane: number; readonly slot: number; readonly lengthBytes: number }
  | { readonly kind: 'finish'; readonly lane: number; readonly suffixes: readonly Suffix[] }
  | { readonly kind: 'drop'; readonly lane: number };

/** What it answers: an answer for each update and each finish, in their order. */
export type FromWorker =
  | { readonly kind: 'updated'; readonly lane: number }
  | { readonly kind: 'finished'; readonly lane: number; readonly digests: readonly Uint8Array[] };
