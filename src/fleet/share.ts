import type { AuditedFinding, AuditReport } from '../core/audit.ts';

/**
 * Machines that are set up alike have the same findings: each is kept once, however many machines have it. Without this,
 * memory grows by half a megabyte a machine.
 */
export class SharedFindings {
  readonly #known = new Map<string, AuditedFinding>();

  share(report: AuditReport): AuditReport {
    return { ...report, findings: report.findings.map((finding) => this.#shared(finding)) };
  }

  #shared(finding: AuditedFinding): AuditedFinding {
    const key = JSON.stringify(finding);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    this.#known.set(key, finding);
    return finding;
  }
}
