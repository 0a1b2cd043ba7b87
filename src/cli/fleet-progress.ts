import process from 'node:process';
import type { HostResult } from '../core/fleet.ts';
import type { HostVisit } from '../fleet/audit-fleet.ts';
import { StatusLine } from './status-line.ts';

const MS_PER_SECOND = 1000;
const LEAST_PAUSE_MS = 100;

export interface FleetProgressOptions {
  readonly total: number;
  /** Tells of each machine when it is done. */
  readonly isVerbose: boolean;
}

/** What a person sees while many machines are looked at. */
export class FleetProgress {
  readonly #options: FleetProgressOptions;
  readonly #status = new StatusLine();
  readonly #working = new Set<string>();
  #done = 0;
  #failed = 0;
  #shownAtMs = 0;

  constructor(options: FleetProgressOptions) {
    this.#options = options;
  }

  /** So many are known from an earlier run. */
  skip(count: number): void {
    this.#done += count;
  }

  begin(name: string): void {
    this.#working.add(name);
    this.#show();
  }

  end(result: HostResult, visit: HostVisit): void {
    this.#working.delete(result.name);
    this.#done += 1;
    if (result.kind === 'failed') this.#failed += 1;
    if (this.#options.isVerbose) {
      this.#status.clear();
      process.stderr.write(`${describeVisit(result, visit)}\n`);
    }
    this.#show();
  }

  clear(): void {
    this.#status.clear();
  }

  #show(): void {
    const nowMs = performance.now();
    if (nowMs - this.#shownAtMs < LEAST_PAUSE_MS) return;
    this.#shownAtMs = nowMs;
    const failed = this.#failed === 0 ? '' : `, ${String(this.#failed)} not reached`;
    const working = [...this.#working].join(', ');
    this.#status.show(`${String(this.#done)} of ${String(this.#options.total)} machines${failed}; now: ${working}`);
  }
}

function describeVisit(result: HostResult, { elapsedMs, roundTrips }: HostVisit): string {
  const seconds = `${(elapsedMs / MS_PER_SECOND).toFixed(1)} s`;
  if (result.kind === 'failed') return `${result.name}: not reached after ${seconds}`;
  const trips = roundTrips === undefined ? '' : `, ${String(roundTrips)} round trips`;
  return `${result.name}: audited in ${seconds}${trips}`;
}
