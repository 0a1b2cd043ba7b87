import { FreeholdError } from '../core/error.ts';
import { reasonOf } from './error.ts';
import type { EvidenceFiles } from './folder.ts';
import { openSigner } from './keys/open-signer.ts';
import { LedgerWriter, type MakeLine } from './ledger/append.ts';
import type { Repair } from './ledger/repair.ts';
import { type ReportIdentity, storeReport } from './report-store.ts';
import { type RunEvidence, signRun } from './statement.ts';

export type RecordResult =
  | {
      readonly kind: 'recorded';
      /** Its place in the ledger, from 0. */
      readonly sequence: number;
      readonly repair?: Repair;
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly hint?: string };

interface Waiting {
  readonly run: RunEvidence;
  readonly report: ReportIdentity;
  readonly settle: (result: RecordResult) => void;
}

/**
 * Records runs in the ledger of this folder. Runs of many machines that end while others are being written go in together: one
 * signature over the tree and one wait for the disk for all of them.
 */
export class Recorder {
  readonly #files: EvidenceFiles;
  readonly #writer: LedgerWriter;
  readonly #waiting: Waiting[] = [];
  #isWriting = false;

  constructor(files: EvidenceFiles) {
    this.#files = files;
    this.#writer = new LedgerWriter(files.ledger, () => openSigner(files));
  }

  /** Comes back when the run is signed and on the disk, or can't be. Never rejects for what a disk, a signer or another process can do. */
  async record(run: RunEvidence): Promise<RecordResult> {
    let report: ReportIdentity;
    try {
      report = storeReport(this.#files.reports, run.report);
    } catch (error) {
      return failure(error);
    }
    const result = new Promise<RecordResult>((settle) => {
      this.#waiting.push({ run, report, settle });
    });
    if (!this.#isWriting) await this.#write();
    return result;
  }

  async #write(): Promise<void> {
    this.#isWriting = true;
    try {
      while (this.#waiting.length > 0) {
        const batch = this.#waiting.splice(0);
        const results = await this.#writeBatch(batch);
        for (const [index, { settle }] of batch.entries()) settle(results[index] ?? failure('it was not written'));
      }
    } finally {
      this.#isWriting = false;
    }
  }

  async #writeBatch(batch: readonly Waiting[]): Promise<readonly RecordResult[]> {
    const recordedAt = new Date();
    const makers = batch.map(
      ({ run, report }): MakeLine =>
        (position, signer) =>
          signRun(run, { report, recordedAt, position }, signer),
    );
    try {
      const { entries, repair } = await this.#writer.append(makers);
      return entries.map(({ sequence }, index) => ({
        kind: 'recorded',
        sequence,
        ...(repair !== undefined && index === 0 && { repair }),
      }));
    } catch (error) {
      return batch.map(() => failure(error));
    }
  }
}

function failure(error: unknown): RecordResult {
  const hint = error instanceof FreeholdError ? error.diagnostics[0]?.hint : undefined;
  return { kind: 'failed', reason: reasonOf(error), ...(hint !== undefined && { hint }) };
}
