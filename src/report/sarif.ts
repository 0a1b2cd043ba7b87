import type { AuditedFinding, AuditReport } from '../core/audit.ts';
import { stringifySorted } from './json.ts';
import { sarifResult } from './sarif-result.ts';
import { sarifRule } from './sarif-rule.ts';
import { plainMessage } from './sarif-text.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The report as SARIF 2.1.0 (OASIS, errata 01): every finding is a rule and its one result. */
export function renderSarif(report: AuditReport): string {
  return stringifySorted({ $schema: SCHEMA, version: '2.1.0', runs: [run(report)] });
}

function run(report: AuditReport): unknown {
  const { host, tool, blueprint } = report;
  return {
    automationDetails: { id: `freehold/${host.hostname}/` },
    columnKind: 'utf16CodeUnits',
    invocations: [invocation(report)],
    originalUriBaseIds: {
      MACHINE: { uri: 'file:///', description: plainMessage(`The file system of ${host.hostname}`) },
    },
    properties: { blueprint: blueprint.name, blueprintDigest: blueprint.digest },
    results: report.findings.map((finding: AuditedFinding, index) => sarifResult(report, finding, index)),
    tool: {
      driver: {
        name: 'Freehold',
        semanticVersion: tool.version,
        version: tool.version,
        rules: report.findings.map(sarifRule),
      },
    },
  };
}

function invocation(report: AuditReport): unknown {
  const broken = report.domains.filter((domain) => domain.error !== undefined);
  const start = Date.parse(report.startedAt);
  return {
    executionSuccessful: broken.length === 0,
    machine: report.host.hostname,
    ...(Number.isNaN(start)
      ? {}
      : {
          startTimeUtc: new Date(start).toISOString(),
          endTimeUtc: new Date(start + report.durationMs).toISOString(),
        }),
    toolExecutionNotifications: broken.map(({ id, title, error }) => ({
      descriptor: { id: `${id}/domain` },
      level: 'error',
      message: plainMessage(`${title} could not be audited: ${error ?? ''}`),
    })),
  };
}
