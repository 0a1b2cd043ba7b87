export interface WaveSizes {
  /** How many machines go first, alone. */
  readonly canary: number;
  /** How many go together after that: a number, or a share of all of them. */
  readonly wave: WaveSize;
}

export type WaveSize =
  { readonly kind: 'count'; readonly count: number } | { readonly kind: 'share'; readonly percent: number };

const PERCENT = 100;

/** Cuts the machines, in their order, into those that are changed together. Every wave has at least one. */
export function splitWaves<Item>(items: readonly Item[], { canary, wave }: WaveSizes): readonly (readonly Item[])[] {
  const share = wave.kind === 'count' ? wave.count : Math.floor((items.length * wave.percent) / PERCENT);
  const size = Math.max(1, share);
  const waves = canary > 0 ? [items.slice(0, canary)] : [];
  for (let start = canary; start < items.length; start += size) waves.push(items.slice(start, start + size));
  return waves.filter((some) => some.length > 0);
}
