import { parentPort, workerData } from 'node:worker_threads';
import type { DigestResult } from '../host.ts';
import { digestFiles } from './digest-files.ts';
import type { Task } from './digest-here.ts';

/* A thread that digests what no other thread has taken yet, and tells everything at its end. */

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what digest-here.ts gives to its threads
const { paths, algorithm, taken } = workerData as Task;
const counter = new Int32Array(taken);
const results: (readonly [number, DigestResult])[] = [];
digestFiles(paths, algorithm, {
  take: () => Atomics.add(counter, 0, 1),
  settle: (index, result) => results.push([index, result]),
});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
parentPort?.postMessage(results);
