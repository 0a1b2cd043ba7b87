import { FreeholdError } from '../core/error.ts';
import type { FileReport, JudgedFile } from '../core/verify-report.ts';
import { evidenceFiles, KNOWN_FILES_LIMIT, openSigner, signKnownFiles } from '../evidence/index.ts';
import { evidenceFolder } from './evidence-folder.ts';
import { writeReportFile } from './output.ts';
import { freeholdVersion } from './version.ts';

/** Collects files, to sign a list of them with the key of this machine (`freehold keys init`). */
export class KnownFilesRecord {
  readonly #path: string;
  readonly #files: JudgedFile[] = [];
  #obstacle: string | undefined;

  /** Throws `unreachable` where there is no key: before hours are spent on reading. */
  constructor(path: string) {
    this.#path = path;
    openSigner(evidenceFiles(evidenceFolder()));
  }

  add(file: FileReport): void {
    if (file.kind === 'unread') this.#obstacle ??= `${file.path} could not be read`;
    else if (file.verdict === 'tampered') this.#obstacle ??= `${file.path} was tampered with`;
    else if (this.#files.length === KNOWN_FILES_LIMIT)
      this.#obstacle ??= `there are more than ${KNOWN_FILES_LIMIT} files`;
    else this.#files.push(file);
  }

  /** Writes the list; none that leaves out what was named, or that vouches for what is known to be bad. */
  async write(at: Date): Promise<void> {
    if (this.#obstacle !== undefined) {
      const message = `${this.#path} was not written: ${this.#obstacle}.`;
      throw new FreeholdError('refused', [{ code: 'verify/not-recorded', level: 'error', message }]);
    }
    const files = this.#files.map(({ path: name, digests: { sha256 }, sizeBytes, verdict, reason }) => ({
      name,
      sha256,
      sizeBytes,
      verdict,
      reason,
    }));
    const known = { files, version: freeholdVersion(), recordedAt: at.toISOString() };
    writeReportFile(this.#path, await signKnownFiles(known, openSigner(evidenceFiles(evidenceFolder()))));
  }
}
