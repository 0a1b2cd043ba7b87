import type { AuditedFinding } from '../core/audit.ts';
import type { Severity } from '../core/severity.ts';
import { describeReference } from './describe.ts';
import { isWebAddress } from './web-address.ts';
import { plainMessage } from './sarif-text.ts';

export type SarifLevel = 'error' | 'warning' | 'note';

export const SARIF_LEVELS: Readonly<Record<Severity, SarifLevel>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
};

/**
 * The middle of the band that code scanning gives each word (GitHub: critical over 9.0, high 7.0–8.9, medium 4.0–6.9,
 * low 0.1–3.9). It orders alerts; it isn't a CVSS score of the machine.
 */
const SECURITY_SEVERITY: Readonly<Record<Severity, string | undefined>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  info: undefined,
};

/** What was checked, without the result. */
export function sarifRule(finding: AuditedFinding): unknown {
  const score = SECURITY_SEVERITY[finding.severity];
  const help = [
    finding.why,
    ...(finding.mayBreak === undefined ? [] : [`May break: ${finding.mayBreak}`]),
    ...finding.references.map((reference) => `See ${describeReference(reference)}.`),
  ];
  const helpUri = finding.references.find(({ url }) => url !== undefined && isWebAddress(url))?.url;
  return {
    id: finding.id,
    shortDescription: plainMessage(finding.title),
    fullDescription: plainMessage(finding.why),
    help: plainMessage(help.join(' ')),
    ...(helpUri === undefined ? {} : { helpUri }),
    defaultConfiguration: { level: SARIF_LEVELS[finding.severity] },
    properties: {
      ...(score === undefined ? {} : { 'security-severity': score }),
      precision: 'very-high',
      severity: finding.severity,
      tags: ['security', finding.domain],
    },
  };
}
