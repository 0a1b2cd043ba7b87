import type { AuditedFinding, AuditReport } from '../core/audit.ts';
import { stringifySorted } from './json.ts';
import { sarifResult } from './sarif-result.ts';
import { sarifRule } from './sarif-rule.ts';
import { plainMessage } from './sarif-text.ts';

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json';

/** The report as SARIF 2.1.0 (OASIS, errata 01): every finding is a rule and its one result. */
export function renderSarif(report: AuditReport): string {
  return sarifLog([report]);
}

interface MissingMachine {
  readonly name: string;
  readonly reason: string;
}

/** A log with a run for each machine; nothing came of the run of a missing one. */
export function sarifLog(reports: readonly AuditReport[], missing: readonly MissingMachine[] = []): string {
  return stringifySorted({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [...reports.map(run), ...missing.map(missingRun)],
  });
}

function missingRun({ name, reason }: MissingMachine): unknown {
  const notification = { descriptor: { id: 'machine' }, level: 'error', message: plainMessage(reason) };
  return {
    automationDetails: { id: `freehold/${name}/` },
    invocations: [{ executionSuccessful: false, machine: name, toolExecutionNotifications: [notification] }],
    results: [],
    tool: { driver: { name: 'Freehold' } },
  };
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
