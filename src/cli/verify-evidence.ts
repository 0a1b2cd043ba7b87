import { hostname } from 'node:os';
import type { FileReport, ListReport, VerifySummary } from '../core/verify-report.ts';
import type { RunEvidence } from '../evidence/index.ts';
import type { TrustPolicy } from '../signatures/trust.ts';
import { worstOf } from '../verification/summary.ts';
import { freeholdVersion } from './version.ts';

/** More files than these are counted and not named: a list may have a million. */
const KEPT_FILES_MAX = 10_000;

interface Seen {
  readonly files: readonly FileReport[];
  readonly omittedFiles: number;
}

/** Keeps what became of files, for evidence of the run. */
export class SeenFiles {
  readonly #files: FileReport[] = [];
  #count = 0;

  add(file: FileReport): void {
    this.#count += 1;
    if (this.#files.length < KEPT_FILES_MAX) this.#files.push(file);
  }

  report(): Seen {
    return { files: this.#files, omittedFiles: this.#count - this.#files.length };
  }
}

interface VerificationToRecord extends Seen {
  readonly lists: readonly ListReport[];
  readonly summary: VerifySummary;
  /** Whose signatures counted. */
  readonly policy: TrustPolicy;
  readonly at: Date;
}

/** What `freehold verify` found, and by whose signatures. */
export function verifyEvidence({ files, omittedFiles, lists, summary, policy, at }: VerificationToRecord): RunEvidence {
  return {
    kind: 'verify',
    command: 'verify',
    version: freeholdVersion(),
    startedAt: at.toISOString(),
    machine: { address: 'local', hostname: hostname() },
    outcome: worstOf(summary),
    report: { format: 'freehold.verification/1', trust: policy, lists, files, omittedFiles, summary },
  };
}
