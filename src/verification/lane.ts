import { createHash, type Hash } from 'node:crypto';
import type { DigestRequest } from '../signatures/judgement.ts';
import { CanonicalText } from './canonical-text.ts';

/** One digest that runs over all bytes; requests that differ in their suffix alone share it. */
export interface LaneSpec {
  readonly algorithm: string;
  readonly prefix?: Uint8Array;
  readonly isText: boolean;
}

export type Suffix = Uint8Array | undefined;

export class Lane {
  readonly #hash: Hash;
  readonly #text: CanonicalText | undefined;

  constructor({ algorithm, prefix, isText }: LaneSpec) {
    this.#hash = createHash(algorithm);
    if (prefix !== undefined) this.#hash.update(prefix);
    this.#text = isText ? new CanonicalText() : undefined;
  }

  update(bytes: Uint8Array): void {
    this.#hash.update(this.#text?.push(bytes) ?? bytes);
  }

  /** One digest for each suffix. */
  digests(suffixes: readonly Suffix[]): readonly Uint8Array[] {
    return suffixes.map((suffix) => {
      const hash = this.#hash.copy();
      if (suffix !== undefined) hash.update(suffix);
      // A plain array, as it may be sent to another thread.
      return new Uint8Array(hash.digest());
    });
  }
}

/** Whether this build of Node can compute it: FIPS providers leave some out. */
export function canDigest(algorithm: string): boolean {
  try {
    createHash(algorithm);
    return true;
  } catch {
    return false;
  }
}

/** A lane with the suffixes that are asked of it, each with its place among the requests. */
export interface PlannedLane {
  readonly spec: LaneSpec;
  readonly suffixes: readonly Suffix[];
  readonly places: readonly number[];
}

/** As few lanes as will answer all requests. */
export function planLanes(requests: readonly DigestRequest[]): readonly PlannedLane[] {
  const lanes = new Map<string, { spec: LaneSpec; suffixes: Suffix[]; places: number[] }>();
  for (const [place, { algorithm, prefix, suffix, isText = false }] of requests.entries()) {
    const key = JSON.stringify([algorithm, isText, prefix === undefined ? null : [...prefix]]);
    const spec = { algorithm, isText, ...(prefix !== undefined && { prefix }) };
    const lane = lanes.get(key) ?? { spec, suffixes: [], places: [] };
    lane.suffixes.push(suffix);
    lane.places.push(place);
    lanes.set(key, lane);
  }
  return [...lanes.values()];
}
