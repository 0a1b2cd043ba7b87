import type { LintReport, PolicyFinding } from '../../core/lint-report.ts';
import { stringifySorted } from '../json.ts';
import { SARIF_LEVELS } from '../sarif-rule.ts';
import { plainMessage } from '../sarif-text.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** What lint found as SARIF 2.1.0: each kind of weakness is a rule, each place a result. */
export function renderLintSarif({ findings, tool }: LintReport): string {
  const kinds = [...new Map(findings.map((one) => [one.id, one])).values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const ids = kinds.map(({ id }) => id);
  return stringifySorted({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        columnKind: 'utf16CodeUnits',
        results: findings.map((finding) => result(finding, ids.indexOf(finding.id))),
        tool: {
          driver: { name: 'Freehold', semanticVersion: tool.version, version: tool.version, rules: kinds.map(rule) },
        },
      },
    ],
  });
}

function rule({ id, why, safer }: PolicyFinding): unknown {
  return {
    id,
    fullDescription: plainMessage(why),
    help: plainMessage(safer),
    properties: { tags: ['security', 'apparmor'] },
  };
}

function result(finding: PolicyFinding, ruleIndex: number): unknown {
  const { id, severity, where, subject, what, safer, profile, waived } = finding;
  const uri = where.path.split('/').map(encodeURIComponent).join('/');
  return {
    ruleId: id,
    ruleIndex,
    level: SARIF_LEVELS[severity],
    message: plainMessage(`${subject}: ${what}. Safer: ${safer}`),
    locations: [
      {
        logicalLocations: [{ fullyQualifiedName: profile, kind: 'profile' }],
        physicalLocation: { artifactLocation: { uri }, region: { startLine: where.line } },
      },
    ],
    ...(waived !== undefined && { suppressions: [{ kind: 'inSource', status: 'accepted', justification: waived }] }),
    properties: { severity },
  };
}
