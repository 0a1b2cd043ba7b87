import { plural } from '../../core/describe.ts';
import type { AuditedFinding, AuditReport } from '../../core/audit.ts';
import { countChecks, groupByDomain, type DomainGroup } from '../grouping.ts';
import { pageAssets } from './assets.ts';
import { renderFilters } from './filters.ts';
import { renderFinding } from './finding.ts';
import { renderOverview } from './overview.ts';
import { hostNotes } from '../machine.ts';
import { readableTime } from '../readable-time.ts';
import { html, type Html } from './template.ts';

const ASSETS = { styles: ['html/report.css'], script: 'html/report.browser.js' } as const;

/** From here on the browser lays out only what is near the window; find-in-page and printing still see all. */
const LONG_REPORT_FINDINGS = 400;

/** The report as one page: no network, readable without its script, printable. */
export function renderHtml(report: AuditReport): string {
  const { policy, style, script } = pageAssets(ASSETS);
  const groups = groupByDomain(report);
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="generator" content="Freehold ${report.tool.version}" />
        <link rel="icon" href="data:," />
        <title>Audit of ${report.host.hostname}, ${report.startedAt}</title>
        ${style}
      </head>
      <body class="${report.findings.length > LONG_REPORT_FINDINGS ? 'long' : 'short'}">
        <a class="skip" href="#findings">Skip to the findings</a>
        ${renderMasthead(report)}
        <main>${renderOverview(report, groups)} ${renderFindings(report, groups)}</main>
        ${renderColophon(report)} ${script}
      </body>
    </html> `;
  return page.text;
}

function renderMasthead(report: AuditReport): Html {
  const { host, blueprint } = report;
  const parents = blueprint.extends.length === 0 ? null : html`, extends ${blueprint.extends.join(', ')}`;
  const container = host.container === null ? null : html`, in a ${host.container} container`;
  const address = host.address === 'local' ? null : html` <span class="soft">(${host.address})</span>`;
  return html`<header class="masthead">
    <div class="topline">
      <p class="kicker">Freehold audit</p>
      <button type="button" id="theme" class="js-only">Dark</button>
    </div>
    <h1>${host.hostname}${address}</h1>
    <p class="verdict">${verdict(report)}</p>
    <dl class="facts">
      <div>
        <dt>System</dt>
        <dd>${host.osName || host.os}${container}</dd>
      </div>
      <div>
        <dt>Kernel</dt>
        <dd>${host.kernelRelease === '' ? 'not known' : `Linux ${host.kernelRelease}`}, ${host.architecture}</dd>
      </div>
      <div>
        <dt>Blueprint</dt>
        <dd>${blueprint.name}${parents}</dd>
      </div>
      <div>
        <dt>Audited</dt>
        <dd><time datetime="${report.startedAt}">${readableTime(report.startedAt)}</time></dd>
      </div>
    </dl>
    ${hostNotes(host).map((note) => html`<p class="notice">${note}</p>`)}
    ${report.domains.flatMap(({ title, error }) =>
      error === undefined ? [] : [html`<p class="notice"><strong>${title}</strong> could not be audited: ${error}</p>`],
    )}
  </header>`;
}

function verdict({ summary }: AuditReport): Html {
  const { fail, unknown } = summary.outcomes;
  const checks = countChecks(summary);
  if (checks === 0) return html`The blueprint asks for nothing.`;
  const doubt = unknown > 0 ? html` ${plural(unknown, 'answer is', 'answers are')} unknown.` : null;
  if (fail === 0) return html`None of ${plural(checks, 'check')} fails.${doubt}`;
  const { critical, high } = summary.failing;
  const grave = [
    ...(critical > 0 ? [`${critical} critical`] : []),
    ...(high > 0 ? [`${high} of high severity`] : []),
  ].join(' and ');
  return html`<strong>${fail} of ${plural(checks, 'check')} ${fail === 1 ? 'fails' : 'fail'}</strong>${
      grave === '' ? null : html`, ${grave}`
    }.${doubt}`;
}

function renderFindings(report: AuditReport, groups: readonly DomainGroup[]): Html {
  return html`<section id="findings" aria-labelledby="findings-title" tabindex="-1">
    <h2 id="findings-title">Findings</h2>
    ${renderFilters(report, groups)} ${groups.map(renderDomain)}
    <p id="nothing" class="soft" hidden>No finding matches.</p>
  </section>`;
}

function renderDomain({ domain, findings }: DomainGroup): Html {
  return html`<section class="domain" data-domain="${domain.id}">
    <h3>${domain.title}</h3>
    ${findings.map((finding: AuditedFinding) => renderFinding(finding))}
  </section>`;
}

function renderColophon(report: AuditReport): Html {
  return html`<footer class="colophon">
    <p>
      Freehold ${report.tool.version}. Policy <code>${report.blueprint.digest}</code> from
      <code>${report.blueprint.path}</code>.
    </p>
  </footer>`;
}
