import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { plural } from '../core/describe.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import type { Repair, RecordResult, RunEvidence } from '../evidence/index.ts';
import { printDiagnostics } from './diagnostics.ts';
import { evidenceFolder } from './evidence-folder.ts';

/** Of every command that leaves evidence. */
export interface EvidenceOptions {
  /** `true`: what can't be recorded is a failure; `false`: nothing is recorded; without it, what can be recorded is. */
  readonly evidence?: boolean;
}

/** Where a command leaves evidence of what it did. */
export interface Recording {
  /** Comes back when the run is recorded, or when it was said that it isn't. Never rejects. */
  record(run: RunEvidence): Promise<void>;
  /** What the command ends with: another code where evidence was asked for and there is none. */
  exitCode(code: ExitCode): ExitCode;
}

const NOTHING: Recording = { record: () => Promise.resolve(), exitCode: (code) => code };

/**
 * To be called before a run: `const recording = await openRecording(options)`, then `await recording.record(run)` for each machine
 * and `return recording.exitCode(code)`. Where `freehold keys init` was never run this does nothing, and loads nothing. Throws
 * `unreachable` (exit code 3) where evidence was asked for and can't be signed.
 */
export async function openRecording({ evidence }: EvidenceOptions): Promise<Recording> {
  if (evidence === false) return NOTHING;
  const folder = evidenceFolder();
  // Named as `evidenceFiles` does; that would load all of it.
  const hasKeys = existsSync(join(folder, 'signer.json'));
  if (!hasKeys && evidence === true) throw noKeys(folder);
  if (!hasKeys) return NOTHING;
  const { evidenceFiles, openSigner, Recorder } = await import('../evidence/index.ts');
  const files = evidenceFiles(folder);
  if (evidence === true) openSigner(files);
  return new LedgerRecording(new Recorder(files), evidence === true);
}

class LedgerRecording implements Recording {
  readonly #recorder: { record(run: RunEvidence): Promise<RecordResult> };
  readonly #isRequired: boolean;
  #hasFailed = false;

  constructor(recorder: { record(run: RunEvidence): Promise<RecordResult> }, isRequired: boolean) {
    this.#recorder = recorder;
    this.#isRequired = isRequired;
  }

  async record(run: RunEvidence): Promise<void> {
    const result = await this.#recorder.record(run);
    if (result.kind === 'recorded') {
      if (result.repair !== undefined) tellOf(result.repair);
      return;
    }
    this.#hasFailed = true;
    const message = `There is no evidence of this run on ${run.machine.address}: ${result.reason}`;
    const { hint } = result;
    const level = this.#isRequired ? 'error' : 'warning';
    printDiagnostics([{ code: 'evidence/not-recorded', level, message, ...(hint !== undefined && { hint }) }]);
  }

  exitCode(code: ExitCode): ExitCode {
    return this.#hasFailed && this.#isRequired ? EXIT.unreachable : code;
  }
}

function tellOf({ keptEntries, cutBytes, isTreeRebuilt }: Repair): void {
  const what = [
    ...(keptEntries > 0 ? [`${plural(keptEntries, 'entry', 'entries')} kept that were whole`] : []),
    ...(cutBytes > 0 ? [`${plural(cutBytes, 'byte')} of one that was not cut off`] : []),
    ...(isTreeRebuilt ? ['its hashes made anew'] : []),
  ];
  const outcome = what.length === 0 ? 'nothing was lost' : what.join(', ');
  const message = `An earlier run was cut off while it wrote to the ledger: ${outcome}. No entry that was recorded is missing.`;
  printDiagnostics([{ code: 'evidence/repaired', level: 'warning', message }]);
}

function noKeys(folder: string): FreeholdError {
  const message = `There are no keys to sign evidence with in ${folder}.`;
  const hint = 'Make them: freehold keys init.';
  return new FreeholdError('unreachable', [{ code: 'evidence/no-keys', level: 'error', message, hint }]);
}
