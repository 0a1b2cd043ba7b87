/** Ledgers for tests: real keys, real files, in a folder that goes away. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvidence } from '../../src/evidence/index.ts';
import { type EvidenceFiles, evidenceFiles } from '../../src/evidence/folder.ts';
import { initKeys } from '../../src/evidence/keys/init.ts';
import { readSignerFile } from '../../src/evidence/keys/signer-file.ts';
import { readRun, withLedger } from '../../src/evidence/entries.ts';
import type { NoteKey } from '../../src/evidence/ledger/note.ts';
import { Recorder } from '../../src/evidence/record.ts';
import { type EvidenceVerification, verifyEvidence } from '../../src/evidence/verify.ts';

const NOW = new Date('2026-11-26T12:00:00Z');

/** A run that is told from others by its name. */
export function runOf(name: string, report: unknown = { name }): RunEvidence {
  return {
    kind: 'audit',
    command: 'audit',
    version: '0.0.0',
    startedAt: NOW.toISOString(),
    machine: { address: `ssh://${name}` },
    outcome: 'audited',
    report,
  };
}

export class Evidence {
  readonly parent: string;
  readonly files: EvidenceFiles;

  private constructor(parent: string) {
    this.parent = parent;
    this.files = evidenceFiles(join(parent, 'evidence'));
  }

  static async create(parent: string = mkdtempSync(join(tmpdir(), 'freehold-evidence-'))): Promise<Evidence> {
    const evidence = new Evidence(parent);
    await initKeys(evidence.files.folder, {
      signer: { kind: 'file' },
      now: NOW,
      force: false,
      makeFolder: (path) => mkdirSync(path, { recursive: true }),
    });
    return evidence;
  }

  copy(): Evidence {
    const copy = new Evidence(mkdtempSync(join(tmpdir(), 'freehold-evidence-')));
    // With its modes, which Node's own cpSync leaves out.
    execFileSync('cp', ['-a', this.files.folder, copy.files.folder]);
    return copy;
  }

  get noteKey(): NoteKey {
    return readSignerFile(this.files.signer).noteKey;
  }

  /** Records runs one after the other, all of which must go well. */
  async record(...names: readonly string[]): Promise<void> {
    const recorder = new Recorder(this.files);
    for (const name of names) {
      const result = await recorder.record(runOf(name));
      assert.equal(result.kind, 'recorded', result.kind === 'failed' ? result.reason : '');
    }
  }

  verify(kept?: string): EvidenceVerification {
    return verifyEvidence(this.files, { noteKey: this.noteKey, ...(kept !== undefined && { kept }) });
  }

  /** The names of the runs, in the order in which they stand. */
  names(): readonly string[] {
    return withLedger(this.files, this.noteKey, (ledger) =>
      Array.from({ length: ledger.size }, (_, sequence) => readRun(ledger, sequence).subject.replace('ssh://', '')),
    );
  }

  [Symbol.dispose](): void {
    rmSync(this.parent, { recursive: true, force: true });
  }
}
