import { createHash } from 'node:crypto';
import type { AuditedFinding, AuditedOutcome, AuditReport } from '../core/audit.ts';
import type { Location } from '../core/finding.ts';
import type { Waiver } from '../core/waiver.ts';
import { describeRemedy } from './describe.ts';
import { SARIF_LEVELS } from './sarif-rule.ts';
import { plainMessage } from './sarif-text.ts';

/** SARIF 3.27.9: `open` is "insufficient information to decide". */
const KINDS: Readonly<Record<AuditedOutcome, string>> = {
  pass: 'pass',
  fail: 'fail',
  waived: 'fail',
  unknown: 'open',
  'not-applicable': 'notApplicable',
};

/** What was found. */
export function sarifResult(report: AuditReport, finding: AuditedFinding, ruleIndex: number): unknown {
  const kind = KINDS[finding.outcome];
  const { hostname } = report.host;
  return {
    ruleId: finding.id,
    ruleIndex,
    kind,
    // 3.27.10: a result that isn't a failure has the level "none".
    level: kind === 'fail' ? SARIF_LEVELS[finding.severity] : 'none',
    message: plainMessage(messageOf(finding)),
    locations: [location(hostname, finding)],
    partialFingerprints: { 'freeholdFindingOfHost/v1': fingerprint(hostname, finding.id) },
    ...(finding.waiver === undefined ? {} : { suppressions: [suppression(finding.waiver)] }),
    properties: { expected: finding.expected, observed: finding.observed, outcome: finding.outcome },
  };
}

function messageOf(finding: AuditedFinding): string {
  const remedy =
    finding.remedy === undefined || finding.outcome !== 'fail' ? '' : `. Remedy: ${describeRemedy(finding.remedy)}`;
  const reason = finding.reason === undefined ? '' : `: ${finding.reason}`;
  return `${finding.title}: ${finding.summary}${reason}${remedy}`;
}

function location(hostname: string, finding: AuditedFinding): unknown {
  return {
    logicalLocations: [{ fullyQualifiedName: `${hostname}/${finding.id}`, name: finding.id, kind: 'resource' }],
    ...(finding.where === undefined ? {} : { physicalLocation: physicalLocation(finding.where) }),
  };
}

function physicalLocation(where: Location): unknown {
  return {
    artifactLocation: { uri: relativeUri(where.path), uriBaseId: 'MACHINE' },
    ...(where.line === undefined || where.line < 1 ? {} : { region: { startLine: where.line } }),
  };
}

/** RFC 3986 path-rootless, every other character percent-encoded. */
function relativeUri(path: string): string {
  const parts = path.toWellFormed().split('/');
  return parts
    .filter((part) => part !== '')
    .map((part) => encodeURIComponent(part))
    .join('/');
}

/** The same finding of the same machine is the same alert in every run, wherever the deciding line moves. */
function fingerprint(hostname: string, id: string): string {
  return createHash('sha256')
    .update(JSON.stringify([hostname, id]))
    .digest('hex');
}

function suppression(waiver: Waiver): unknown {
  return {
    kind: 'external',
    status: 'accepted',
    justification: `${waiver.reason} (${waiver.owner}, until ${waiver.expires})`,
    ...(waiver.where === undefined
      ? {}
      : { location: { physicalLocation: { artifactLocation: { uri: relativeUri(waiver.where.path) } } } }),
  };
}
