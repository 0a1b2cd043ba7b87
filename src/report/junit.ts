import { describeLocation } from '../core/describe.ts';
import type { AuditedFinding, AuditReport } from '../core/audit.ts';
import { describeRemedy } from './describe.ts';
import { describeJson } from './describe-json.ts';
import { groupByDomain, type DomainGroup } from './grouping.ts';

const MILLISECONDS_PER_SECOND = 1000;
const SECONDS_DECIMALS = 3;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
/** All that XML 1.0, 2.2 "Char" doesn't allow, not even as a reference. */
const ILLEGAL = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const REPLACEMENT = '\ufffd';

/**
 * The report as JUnit XML, a suite a domain: `fail` is a failure, `unknown` an error (it must not look green), `waived`
 * and `not-applicable` are skipped. A domain that broke is an error of its own.
 */
export function renderJunit(report: AuditReport): string {
  const { durationMs } = report;
  return junitDocument({
    name: `freehold audit of ${report.host.hostname}`,
    durationMs,
    reports: [report],
    missing: [],
  });
}

/** A machine that could not be looked at: an error, so that nobody takes its silence for health. */
export interface MissingMachine {
  readonly name: string;
  readonly reason: string;
}

export interface JunitDocument {
  readonly name: string;
  readonly durationMs: number;
  readonly reports: readonly AuditReport[];
  readonly missing: readonly MissingMachine[];
}

/** One document for several machines, a suite for each domain of each. */
export function junitDocument({ name, durationMs, reports, missing }: JunitDocument): string {
  const grouped = reports.map((report) => ({ report, groups: groupByDomain(report) }));
  const counts = totals(grouped.flatMap(({ groups }) => groups));
  const seconds = (durationMs / MILLISECONDS_PER_SECOND).toFixed(SECONDS_DECIMALS);
  const sums = { ...counts, tests: counts.tests + missing.length, errors: counts.errors + missing.length };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name, ...sums, time: seconds })}>`,
    ...grouped.flatMap(({ report, groups }) => groups.flatMap((group) => suite(report, group))),
    ...missing.flatMap(missingSuite),
    '</testsuites>',
    '',
  ].join('\n');
}

function missingSuite({ name, reason }: MissingMachine): readonly string[] {
  const head = { name: 'Reachability', tests: 1, failures: 0, errors: 1, skipped: 0, hostname: name };
  return [
    `  <testsuite${attributes(head)}>`,
    `    <testcase${attributes({ classname: name.replaceAll('.', '_'), name: 'machine can be looked at' })}>`,
    `      <error${attributes({ type: 'machine', message: reason })}/>`,
    '    </testcase>',
    '  </testsuite>',
  ];
}

function suite(report: AuditReport, group: DomainGroup): readonly string[] {
  const { domain } = group;
  const head = {
    name: domain.title,
    ...totals([group]),
    hostname: report.host.hostname,
    timestamp: report.startedAt,
  };
  return [
    `  <testsuite${attributes(head)}>`,
    ...(domain.error === undefined ? [] : brokenDomain(report, domain.id, domain.error)),
    ...group.findings.flatMap((finding) => testcase(report, finding)),
    '  </testsuite>',
  ];
}

function brokenDomain(report: AuditReport, domain: string, error: string): readonly string[] {
  return [
    `    <testcase${attributes({ classname: className(report, domain), name: 'domain can be audited' })}>`,
    `      <error${attributes({ type: 'domain', message: error })}/>`,
    '    </testcase>',
  ];
}

function testcase(report: AuditReport, finding: AuditedFinding): readonly string[] {
  const { where } = finding;
  const head = attributes({
    classname: className(report, finding.domain),
    name: finding.id,
    ...(where === undefined ? {} : { file: where.path }),
    ...(where?.line === undefined ? {} : { line: where.line }),
  });
  const result = resultOf(finding);
  return result === undefined
    ? [`    <testcase${head}/>`]
    : [`    <testcase${head}>`, `      ${result}`, '    </testcase>'];
}

function resultOf(finding: AuditedFinding): string | undefined {
  const found = `${finding.title}: ${finding.summary}`;
  switch (finding.outcome) {
    case 'pass':
      return undefined;
    case 'fail':
      return `<failure${attributes({ type: finding.severity, message: found })}>${escapeText(details(finding))}</failure>`;
    case 'unknown':
      return `<error${attributes({ type: 'unknown', message: finding.reason ?? found })}>${escapeText(details(finding))}</error>`;
    case 'not-applicable':
      return `<skipped${attributes({ message: `not applicable: ${finding.reason ?? found}` })}/>`;
    case 'waived':
      return `<skipped${attributes({ message: `waived ${waiverText(finding)}. ${found}` })}/>`;
  }
}

function waiverText({ waiver }: AuditedFinding): string {
  return waiver === undefined ? '' : `by ${waiver.owner} until ${waiver.expires}: ${waiver.reason}`;
}

function details(finding: AuditedFinding): string {
  return [
    `${finding.title}: ${finding.summary}`,
    ...(finding.reason === undefined ? [] : [`reason: ${finding.reason}`]),
    `expected: ${describeJson(finding.expected)}`,
    `observed: ${describeJson(finding.observed)}`,
    ...(finding.where === undefined ? [] : [`decided by: ${describeLocation(finding.where)}`]),
    `why: ${finding.why}`,
    ...(finding.remedy === undefined ? [] : [`remedy: ${describeRemedy(finding.remedy)}`]),
  ].join('\n');
}

function totals(groups: readonly DomainGroup[]): Readonly<Record<'tests' | 'failures' | 'errors' | 'skipped', number>> {
  const count = (...outcomes: readonly AuditedFinding['outcome'][]) =>
    groups.reduce((sum, { findings }) => sum + findings.filter(({ outcome }) => outcomes.includes(outcome)).length, 0);
  const broken = groups.filter(({ domain }) => domain.error !== undefined).length;
  return {
    tests: groups.reduce((sum, { findings }) => sum + findings.length, broken),
    failures: count('fail'),
    errors: count('unknown') + broken,
    skipped: count('waived', 'not-applicable'),
  };
}

/** Dots part packages for the programs that read this; a host's name is one part. */
function className(report: AuditReport, domain: string): string {
  return `${report.host.hostname.replaceAll('.', '_')}.${domain}`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escapeAttribute(String(value))}"`)
    .join('');
}

/** XML 1.0, 3.3.3: white space in attributes would be read as spaces. */
function escapeAttribute(text: string): string {
  return text.replace(ILLEGAL, REPLACEMENT).replace(/[&<>"\t\n\r]/g, (character) => ENTITIES[character] ?? character);
}

function escapeText(text: string): string {
  return text.replace(ILLEGAL, REPLACEMENT).replace(/[&<>\r]/g, (character) => ENTITIES[character] ?? character);
}
