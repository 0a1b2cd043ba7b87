import { Worker } from 'node:worker_threads';
import { workerUrl } from '../core/assets.ts';
import type { FromWorker, ToWorker } from './digest-message.ts';
import type { LaneSpec, Suffix } from './lane.ts';

interface Waiting {
  readonly resolve: (answer: FromWorker) => void;
  readonly reject: (error: Error) => void;
}

/** Digests on another core. What is sent is worked on in its order. */
export class DigestThread {
  /** Lanes that are open. */
  load = 0;
  readonly #worker = new Worker(workerUrl('src/verification/digest-worker.ts'), { execArgv: [] });
  readonly #waiting: Waiting[] = [];
  #failure: Error | undefined;
  #nextLane = 0;

  constructor() {
    this.#worker.on('message', (answer: FromWorker) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (error: Error) => {
      this.#failure = error;
      for (const { reject } of this.#waiting.splice(0)) reject(error);
    });
    // The process may end while the thread has nothing to do.
    this.#worker.unref();
  }

  /** A lane over the bytes that will stand in these slots. */
  open(spec: LaneSpec, slots: readonly SharedArrayBuffer[]): ThreadLane {
    const lane = this.#nextLane;
    this.#nextLane += 1;
    this.load += 1;
    this.#post({ kind: 'open', lane, spec, slots });
    return {
      update: async (slot, lengthBytes) => {
        await this.#ask({ kind: 'update', lane, slot, lengthBytes });
      },
      finish: async (suffixes) => {
        const answer = await this.#ask({ kind: 'finish', lane, suffixes });
        return answer.kind === 'finished' ? answer.digests : [];
      },
      drop: () => {
        this.load -= 1;
        this.#post({ kind: 'drop', lane });
      },
    };
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #post(message: ToWorker): void {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    this.#worker.postMessage(message);
  }

  #ask(message: ToWorker): Promise<FromWorker> {
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      // While somebody waits for it the process must not end.
      this.#worker.ref();
      const settle = (): void => {
        if (this.#waiting.length === 0) this.#worker.unref();
      };
      this.#waiting.push({
        resolve: (answer) => {
          settle();
          resolve(answer);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      this.#post(message);
    });
  }
}

export interface ThreadLane {
  /** Resolves when the slot isn't needed any more. */
  readonly update: (slot: number, lengthBytes: number) => Promise<void>;
  readonly finish: (suffixes: readonly Suffix[]) => Promise<readonly Uint8Array[]>;
  readonly drop: () => void;
}
