import type { FileReport, FileVerdict, VerifySummary } from '../core/verify-report.ts';

/** Counts files by what became of them. */
export class Summary {
  files = 0;
  readonly #counts = { tampered: 0, untrusted: 0, unverifiable: 0, verified: 0, unread: 0 };

  /** Answers the same file. */
  count(file: FileReport): FileReport {
    this.files += 1;
    this.#counts[file.kind === 'unread' ? 'unread' : file.verdict] += 1;
    return file;
  }

  total(): VerifySummary {
    return { ...this.#counts };
  }
}

/** The worst decides. What could not be looked at may be anything but is no proof of harm. */
export function worstOf({ tampered, unread, untrusted, unverifiable }: VerifySummary): FileVerdict | 'unread' {
  if (tampered > 0) return 'tampered';
  if (unread > 0) return 'unread';
  if (untrusted > 0) return 'untrusted';
  return unverifiable > 0 ? 'unverifiable' : 'verified';
}
