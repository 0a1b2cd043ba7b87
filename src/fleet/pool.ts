export interface PoolOptions {
  /** How many are worked on at the same time. */
  readonly concurrency: number;
  /** Once aborted, nothing new is begun; what has begun is waited for. */
  readonly signal?: AbortSignal;
}

/** Works on all items, so many at a time, in their order. `work` must not throw; answers how many were begun. */
export async function runPool<Item>(
  items: readonly Item[],
  { concurrency, signal }: PoolOptions,
  work: (item: Item) => Promise<void>,
): Promise<number> {
  let next = 0;
  const take = (): Item | undefined => {
    if (signal?.aborted === true) return undefined;
    const item = items[next];
    if (item !== undefined) next += 1;
    return item;
  };
  const worker = async (): Promise<void> => {
    for (let item = take(); item !== undefined; item = take()) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, items.length) }, worker));
  return next;
}
