import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { workerUrl } from '../../core/assets.ts';
import { unreadable } from '../file-failure.ts';
import type { DigestAlgorithm, DigestResult } from '../host.ts';
import { digestFile } from './digest-file.ts';

/** Fewer are done before a thread has started. */
const WORTH_A_THREAD = 64;
/** More threads wait for the disk and not for each other. */
const THREADS_MAX = 8;

/** What all threads are given. */
export interface Task {
  readonly paths: readonly string[];
  readonly algorithm: DigestAlgorithm;
  /** One number that they share: the first path that nobody has taken. */
  readonly taken: SharedArrayBuffer;
}

type Told = readonly (readonly [number, DigestResult])[];

/** Digests files of the machine Freehold runs on, on all its processors. */
export async function digestHere(
  paths: readonly string[],
  algorithm: DigestAlgorithm,
): Promise<readonly DigestResult[]> {
  if (paths.length < WORTH_A_THREAD) return paths.map((path) => digestFile(path, algorithm));
  const threads = Math.min(availableParallelism(), THREADS_MAX);
  const task: Task = { paths, algorithm, taken: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT) };
  const told = await Promise.all(Array.from({ length: threads }, () => runThread(task)));
  const results = new Map(told.flat());
  return paths.map((path, index) => results.get(index) ?? unreadable('io', `${path}: nothing was said about it`));
}

/** What a thread has done; rejects when it breaks. */
function runThread(workerData: Task): Promise<Told> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(workerUrl('src/host/digest/digest-files-worker.ts'), { workerData });
    thread.once('message', resolve);
    thread.once('error', reject);
    // After its message this says nothing new.
    thread.once('exit', (code) => reject(new Error(`a thread that digests files ended with ${String(code)}`)));
  });
}
