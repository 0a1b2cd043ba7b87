import { parentPort } from 'node:worker_threads';
import { digestFile } from './digest-file.ts';
import type { Portion } from './digest-here.ts';

/* A thread that digests what it is sent, and says so; it ends when nobody waits for it any more. */
parentPort?.on('message', ({ paths, algorithm }: Portion) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- threads have no origin
  parentPort?.postMessage(paths.map((path) => digestFile(path, algorithm)));
});
