/** Enough that one file is opened while others are digested. */
const AT_ONCE = 8;

/** Works on several items at a time and gives what comes of them in their order. */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result> {
  const running: Promise<Result>[] = [];
  try {
    for await (const item of items) {
      const result = work(item);
      // It may fail before it is its turn to be awaited.
      result.catch(() => undefined);
      running.push(result);
      if (running.length < AT_ONCE) continue;
      const first = running.shift();
      if (first !== undefined) yield await first;
    }
    while (running.length > 0) {
      const first = running.shift();
      if (first !== undefined) yield await first;
    }
  } finally {
    await Promise.allSettled(running);
  }
}
