import type { AuditReport } from '../core/audit.ts';
import type { Plan } from '../core/plan.ts';
import { renderExplanation } from './explanation.ts';
import type { FleetReport } from '../core/fleet.ts';
import { renderFleetJunit, renderFleetSarif } from './fleet/for-ci.ts';
import { renderFleetHtml } from './fleet/html.ts';
import { fleetJsonPieces, renderFleetJson } from './fleet/json.ts';
import { renderFleetMarkdown } from './fleet/markdown.ts';
import { renderFleetTerminal } from './fleet/terminal.ts';
import { renderHtml } from './html/page.ts';
import { renderJson, renderPlanJson } from './json.ts';
import { renderJunit } from './junit.ts';
import { renderMarkdown } from './markdown.ts';
import { renderPlanMarkdown } from './plan-markdown.ts';
import { renderPlan } from './plan.ts';
import { renderSarif } from './sarif.ts';
import { renderTerminal, type TerminalReportOptions } from './terminal.ts';
import type { TerminalOptions } from './text/terminal-page.ts';

export {
  renderExplanation,
  renderFleetJson,
  renderFleetTerminal,
  renderHtml,
  renderJson,
  renderJunit,
  renderMarkdown,
  renderPlan,
  renderPlanJson,
  renderPlanMarkdown,
};
export { renderFleetHtml, renderSarif, renderTerminal };
export type { TerminalOptions, TerminalReportOptions };

export type AuditFormat = 'terminal' | 'json' | 'html' | 'junit' | 'sarif' | 'markdown';
export type PlanFormat = 'terminal' | 'json' | 'markdown';

/** One way to show `T`; `options` matter to formats for a terminal only. */
export interface Format<T, Options> {
  /** One line for `--help`. */
  readonly description: string;
  /** Of a file that holds it, with the dot. */
  readonly extension: string;
  readonly render: (subject: T, options: Options) => string;
  /** The same in pieces, where the whole may be too long to be held at once. */
  readonly pieces?: (subject: T) => Iterable<string>;
}

/** Every format of `freehold audit --format`. */
export const AUDIT_FORMATS: Readonly<Record<AuditFormat, Format<AuditReport, TerminalReportOptions>>> = {
  terminal: { description: 'text for a person at a terminal', extension: '.txt', render: renderTerminal },
  json: { description: 'data; schema/audit-report.schema.json', extension: '.json', render: renderJson },
  html: { description: 'one page that needs no network', extension: '.html', render: renderHtml },
  junit: { description: 'JUnit XML, for test dashboards', extension: '.xml', render: renderJunit },
  sarif: { description: 'SARIF 2.1.0, for code scanning', extension: '.sarif', render: renderSarif },
  markdown: { description: 'tables for a comment on a change', extension: '.md', render: renderMarkdown },
};

/** Every format of `freehold audit --format` when there are several machines: the same names. */
export const FLEET_FORMATS: Readonly<Record<AuditFormat, Format<FleetReport, TerminalReportOptions>>> = {
  terminal: { description: 'text for a person at a terminal', extension: '.txt', render: renderFleetTerminal },
  json: {
    description: 'data; schema/fleet-report.schema.json',
    extension: '.json',
    render: renderFleetJson,
    pieces: fleetJsonPieces,
  },
  html: { description: 'one page that needs no network', extension: '.html', render: renderFleetHtml },
  junit: { description: 'JUnit XML, for test dashboards', extension: '.xml', render: renderFleetJunit },
  sarif: { description: 'SARIF 2.1.0, for code scanning', extension: '.sarif', render: renderFleetSarif },
  markdown: { description: 'tables for a comment on a change', extension: '.md', render: renderFleetMarkdown },
};

/** Every format of `freehold plan --format`. */
export const PLAN_FORMATS: Readonly<Record<PlanFormat, Format<Plan, TerminalOptions>>> = {
  terminal: { description: 'text for a person at a terminal', extension: '.txt', render: renderPlan },
  json: { description: 'data; schema/plan.schema.json', extension: '.json', render: renderPlanJson },
  markdown: { description: 'a comment on a change', extension: '.md', render: renderPlanMarkdown },
};
