import { plural } from '../../core/describe.ts';
import type { FleetReport } from '../../core/fleet.ts';
import { outcomeCounts, severityCounts } from '../grouping.ts';
import { pageAssets } from '../html/assets.ts';
import { html, type Html } from '../html/template.ts';
import { readableTime } from '../readable-time.ts';
import { SEVERITIES_WORST_FIRST } from '../vocabulary.ts';
import { describeWorst, fleetHeadline } from './headline.ts';
import { renderFindingDetails } from './html-findings.ts';
import { renderMatrix } from './html-matrix.ts';
import { type FleetSummary, summarize, worstOf } from './summary.ts';

const ASSETS = { styles: ['html/report.css', 'fleet/fleet.css'], script: 'fleet/fleet.browser.js' } as const;
/** What the first look shows; the matrix has all. */
const TOP = 10;

/** Many machines as one page: no network, readable without its script, printable. */
export function renderFleetHtml(report: FleetReport): string {
  const { policy, style, script } = pageAssets(ASSETS);
  const summary = summarize(report);
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="referrer" content="no-referrer" />
        <meta name="generator" content="Freehold ${report.tool.version}" />
        <link rel="icon" href="data:," />
        <title>Audit of ${plural(report.hosts.length, 'machine')}, ${report.startedAt}</title>
        ${style}
      </head>
      <body class="fleet">
        <a class="skip" href="#matrix">Skip to the matrix</a>
        ${renderMasthead(report, summary)}
        <main>
          ${renderFailed(summary)}
          <div class="panels">${renderCommon(summary)} ${renderWorst(summary)}</div>
          ${renderGroups(summary)} ${renderMatrix(summary)} ${renderFindingDetails(summary)}
        </main>
        <footer class="colophon"><p>Freehold ${report.tool.version}, ${report.startedAt}.</p></footer>
        ${script}
      </body>
    </html> `.text;
}

function renderMasthead(report: FleetReport, summary: FleetSummary): Html {
  const blueprints = [...new Set(summary.audited.map((host) => host.report.blueprint.name))].sort();
  return html`<header class="masthead">
    <div class="topline">
      <p class="kicker">Freehold audit</p>
      <button type="button" id="theme" class="js-only">Dark</button>
    </div>
    <h1>${plural(report.hosts.length, 'machine')}</h1>
    ${fleetHeadline(summary).map((line) => html`<p class="verdict">${line}.</p>`)}
    <dl class="facts">
      <div>
        <dt>Audited</dt>
        <dd><time datetime="${report.startedAt}">${readableTime(report.startedAt)}</time></dd>
      </div>
      <div>
        <dt>${blueprints.length === 1 ? 'Blueprint' : 'Blueprints'}</dt>
        <dd>${blueprints.join(', ') || 'none'}</dd>
      </div>
      <div>
        <dt>Machines by their gravest failure</dt>
        <dd>${worstCounts(summary)}</dd>
      </div>
    </dl>
  </header>`;
}

function worstCounts({ worst, failed }: FleetSummary): string {
  return [
    ...SEVERITIES_WORST_FIRST.map((severity) => [worst[severity], severity] as const),
    [worst.unknown, 'unknown'] as const,
    [worst.none, 'clean'] as const,
    [failed.length, 'not looked at'] as const,
  ]
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${String(count)} ${word}`)
    .join(' · ');
}

function renderFailed({ failed }: FleetSummary): Html | null {
  if (failed.length === 0) return null;
  return html`<section aria-labelledby="failed-title">
    <h2 id="failed-title">Not looked at</h2>
    <table class="failed">
      <thead>
        <tr>
          <th scope="col">Machine</th>
          <th scope="col">Why, and what to do</th>
        </tr>
      </thead>
      <tbody>
        ${failed.map(
          ({ name, problems }) =>
            html`<tr>
              <th scope="row"><code>${name}</code></th>
              <td>
                ${problems.map(
                  ({ message, hint }) =>
                    html`<p>${message}</p>
                      ${hint === undefined ? null : html`<p class="soft">${hint}</p>`}`,
                )}
              </td>
            </tr> `,
        )}
      </tbody>
    </table>
  </section>`;
}

function renderCommon({ findings, audited }: FleetSummary): Html {
  const failing = findings.filter((finding) => finding.failing.length > 0);
  const rows = failing.slice(0, TOP).map(
    ({ id, title, severity, failing: hosts }) =>
      html`<tr>
        <td class="number"><strong>${hosts.length}</strong></td>
        <td><span class="badge fail ${severity}">${severity}</span></td>
        <th scope="row"><a href="#finding/${id}">${title}</a></th>
      </tr> `,
  );
  return html`<section aria-labelledby="common-title">
    <h2 id="common-title">Most common failures</h2>
    ${
      rows.length === 0
        ? html`<p class="soft">Nothing fails on ${plural(audited.length, 'machine')}.</p>`
        : html`<table>
            <thead>
              <tr>
                <th scope="col" class="number">Machines</th>
                <th scope="col">Severity</th>
                <th scope="col">Check</th>
              </tr>
            </thead>
            <tbody>
              ${rows}
            </tbody>
          </table>`
    }
    ${failing.length > TOP ? html`<p class="soft">${failing.length - TOP} more are in the matrix.</p>` : null}
  </section>`;
}

function renderWorst({ audited }: FleetSummary): Html {
  return html`<section aria-labelledby="worst-title">
    <h2 id="worst-title">Worst machines</h2>
    <table class="worst">
      <thead>
        <tr>
          <th scope="col">Machine</th>
          <th scope="col">Failing</th>
        </tr>
      </thead>
      <tbody>
        ${audited.slice(0, TOP).map(({ name, report }) => {
          const worst = worstOf(report);
          const failing = severityCounts(report.summary).join(' · ');
          return html`<tr>
            <th scope="row"><code>${name}</code></th>
            <td>
              <span class="badge ${worst === 'none' ? 'pass' : worst === 'unknown' ? 'unknown' : `fail ${worst}`}"
                >${describeWorst(worst)}</span
              >
              <span class="soft">${failing === '' ? outcomeCounts(report.summary).join(' · ') : failing}</span>
            </td>
          </tr> `;
        })}
      </tbody>
    </table>
    ${audited.length > TOP ? html`<p class="soft">${audited.length - TOP} more are in the matrix.</p>` : null}
  </section>`;
}

function renderGroups({ groups }: FleetSummary): Html | null {
  if (groups.length === 0) return null;
  return html`<section aria-labelledby="groups-title">
    <h2 id="groups-title">Groups</h2>
    <table class="groups">
      <thead>
        <tr>
          <th scope="col">Group</th>
          <th scope="col" class="number">Machines</th>
          <th scope="col" class="number">With failures</th>
          <th scope="col" class="number">Not looked at</th>
        </tr>
      </thead>
      <tbody>
        ${groups.map(
          ({ name, hostCount, failingCount, unreachedCount }) =>
            html`<tr>
              <th scope="row">${name}</th>
              <td class="number">${hostCount}</td>
              <td class="number${failingCount === 0 ? ' zero' : ''}">${failingCount}</td>
              <td class="number${unreachedCount === 0 ? ' zero' : ''}">${unreachedCount}</td>
            </tr> `,
        )}
      </tbody>
    </table>
  </section>`;
}
