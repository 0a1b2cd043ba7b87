import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../core/assets.ts';
import type { DigestAlgorithm, DigestResult } from '../host.ts';
import { digestFile } from './digest-file.ts';

/** Fewer are done before a thread has started. */
const WORTH_A_THREAD = 64;
/** One message to a thread; small enough that no thread is left alone with the last large files. */
const PORTION_PATHS = 128;
/** More threads wait for the disk and not for each other. */
const THREADS_MAX = 8;

/** What a thread is asked; it answers with one result for each path. */
export interface Portion {
  readonly paths: readonly string[];
  readonly algorithm: DigestAlgorithm;
}

/** Digests files of the machine Freehold runs on, on all its processors. */
export async function digestHere(
  paths: readonly string[],
  algorithm: DigestAlgorithm,
): Promise<readonly DigestResult[]> {
  if (paths.length < WORTH_A_THREAD) return paths.map((path) => digestFile(path, algorithm));
  const portions = Math.ceil(paths.length / PORTION_PATHS);
  const results: (readonly DigestResult[])[] = [];
  const threads = Math.min(availableParallelism(), THREADS_MAX, portions);
  let next = 0;
  const takeNext = (): number => {
    next += 1;
    return next - 1;
  };
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const thread = new Worker(workerUrl('src/host/digest/digest-files-worker.ts'));
      try {
        for (let index = takeNext(); index < portions; index = takeNext()) {
          const start = index * PORTION_PATHS;
          results[index] = await ask(thread, { paths: paths.slice(start, start + PORTION_PATHS), algorithm });
        }
      } finally {
        await thread.terminate();
      }
    }),
  );
  return results.flat();
}

function ask(thread: Worker, portion: Portion): Promise<readonly DigestResult[]> {
  return new Promise((resolve, reject) => {
    const settle = (results: readonly DigestResult[]): void => {
      thread.off('error', reject);
      resolve(results);
    };
    thread.once('message', settle);
    thread.once('error', reject);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
    thread.postMessage(portion);
  });
}
