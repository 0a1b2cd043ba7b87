import type { AuditedOutcome, AuditReport, Tally } from '../../core/audit.ts';
import { countChecks, type DomainGroup } from '../grouping.ts';
import { OUTCOME_LABELS, OUTCOMES_WORST_FIRST, SEVERITIES_WORST_FIRST } from '../vocabulary.ts';
import { html, type Html } from './template.ts';

const BAR_WIDTH = 1000;
const BAR_HEIGHT = 10;

/** Outcome by domain and failing findings by severity: tables whose bars say nothing that the numbers don't. */
export function renderOverview(report: AuditReport, groups: readonly DomainGroup[]): Html {
  return html`<section class="overview" aria-labelledby="overview-title">
    <h2 id="overview-title">Overview</h2>
    <div class="panels">${renderDomains(groups, report.summary)} ${renderSeverities(report.summary)}</div>
  </section>`;
}

function renderDomains(groups: readonly DomainGroup[], summary: Tally): Html {
  return html`<table class="by-domain">
    <caption>
      Outcome by domain
    </caption>
    <thead>
      <tr>
        <th scope="col">Domain</th>
        <th scope="col" class="bar-cell"><span class="unseen">Share</span></th>
        ${OUTCOMES_WORST_FIRST.map(
          (outcome) =>
            html`<th scope="col" class="number"><span class="key ${outcome}"></span>${OUTCOME_LABELS[outcome]}</th>`,
        )}
      </tr>
    </thead>
    <tbody>
      ${groups.map(({ domain }) => domainRow(domain.title, domain.tally))}
    </tbody>
    ${
      groups.length > 1
        ? html`<tfoot>
            ${domainRow('All domains', summary)}
          </tfoot>`
        : null
    }
  </table>`;
}

function domainRow(title: string, tally: Tally): Html {
  return html`<tr>
    <th scope="row">${title}</th>
    <td class="bar-cell">${stackedBar(tally)}</td>
    ${OUTCOMES_WORST_FIRST.map((outcome) => numberCell(outcome, tally.outcomes[outcome]))}
  </tr> `;
}

function numberCell(outcome: AuditedOutcome, count: number): Html {
  return html`<td class="number${count === 0 ? ' zero' : ''}" data-label="${OUTCOME_LABELS[outcome]}">${count}</td>`;
}

function stackedBar(tally: Tally): Html {
  const total = Math.max(1, countChecks(tally));
  let x = 0;
  const parts = OUTCOMES_WORST_FIRST.flatMap((outcome) => {
    const width = (tally.outcomes[outcome] / total) * BAR_WIDTH;
    const part = html`<rect class="${outcome}" x="${round(x)}" width="${round(width)}" height="${BAR_HEIGHT}" />`;
    x += width;
    return width > 0 ? [part] : [];
  });
  return bar(parts);
}

function renderSeverities(summary: Tally): Html {
  const most = Math.max(1, ...SEVERITIES_WORST_FIRST.map((severity) => summary.failing[severity]));
  return html`<table class="by-severity">
    <caption>
      Failing, by severity
    </caption>
    <thead class="unseen">
      <tr>
        <th scope="col">Severity</th>
        <th scope="col">Share</th>
        <th scope="col">Failing</th>
      </tr>
    </thead>
    <tbody>
      ${SEVERITIES_WORST_FIRST.map((severity) => {
        const count = summary.failing[severity];
        const width = round((count / most) * BAR_WIDTH);
        return html`<tr>
          <th scope="row">${severity}</th>
          <td class="bar-cell">${bar([html`<rect class="${severity}" width="${width}" height="${BAR_HEIGHT}" />`])}</td>
          <td class="number${count === 0 ? ' zero' : ''}">${count}</td>
        </tr> `;
      })}
    </tbody>
  </table>`;
}

function bar(parts: readonly Html[]): Html {
  return html`<svg class="bar" viewBox="0 0 ${BAR_WIDTH} ${BAR_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${parts}
  </svg>`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
