import type { AuditedFinding } from '../../core/audit.ts';
import { html, type Html, trusted } from '../html/template.ts';
import { OUTCOMES_WORST_FIRST, OUTCOME_LABELS, SEVERITIES_WORST_FIRST } from '../vocabulary.ts';
import type { AuditedHost, FleetFinding, FleetSummary } from './summary.ts';

/** A sign for each outcome, so that colour is never the only carrier; the words stand in the legend and in the details. */
const SIGNS = { fail: '✗', unknown: '?', waived: 'w', 'not-applicable': '–', pass: '·' } as const;
/** One letter for a class: the page has one cell for every machine and finding. */
const CLASSES = { fail: 'f', unknown: 'u', waived: 'w', 'not-applicable': 'n', pass: 'p' } as const;
const SEVERITY_CLASSES = { critical: 'c', high: 'h', medium: 'm', low: 'l', info: 'i' } as const;

/** Machines × findings: what fails or is unknown on at least one machine. */
export function renderMatrix({ audited, findings, groups }: FleetSummary): Html | null {
  const columns = findings.filter(({ failing, unknown }) => failing.length + unknown.length > 0);
  if (columns.length === 0) return null;
  return html`<section id="matrix" aria-labelledby="matrix-title" tabindex="-1">
    <h2 id="matrix-title">Machines × findings</h2>
    ${renderFilters(groups.map(({ name }) => name))}
    <p class="legend">
      ${OUTCOMES_WORST_FIRST.map(
        (outcome) =>
          html`<span class="${CLASSES[outcome]}">${SIGNS[outcome]}</span> ${OUTCOME_LABELS[outcome]} &nbsp; `,
      )}
      blank: not asked there
    </p>
    <div class="scroll" tabindex="0" role="region" aria-labelledby="matrix-title">
      <table class="matrix">
        <thead>
          <tr>
            <th scope="col" class="corner">Machine</th>
            ${columns.map(columnHead)}
          </tr>
        </thead>
        <tbody>
          ${audited.map((host) => row(host, columns))}
        </tbody>
      </table>
    </div>
    <p id="matrix-count" class="soft js-only" role="status"></p>
  </section>`;
}

function renderFilters(groups: readonly string[]): Html {
  return html`<form id="filters" class="js-only" role="search" aria-label="Machines and findings">
    <div class="field">
      <label for="machines">Machines</label><input id="machines" type="search" autocomplete="off" spellcheck="false" />
    </div>
    <div class="field">
      <label for="checks">Findings</label><input id="checks" type="search" autocomplete="off" spellcheck="false" />
    </div>
    ${
      groups.length === 0
        ? null
        : html`<div class="field">
            <label for="group">Group</label
            ><select id="group">
              <option value="">All machines</option>
              ${groups.map((name) => html`<option>${name}</option>`)}
            </select>
          </div>`
    }
    <fieldset>
      <legend>Severity</legend>
      ${SEVERITIES_WORST_FIRST.map(
        (severity) =>
          html`<label class="choice"
            ><input type="checkbox" name="severity" value="${severity}" ${trusted('checked')} /> ${severity}</label
          >`,
      )}
    </fieldset>
    <fieldset>
      <legend>Outcome</legend>
      <label class="choice"
        ><input type="checkbox" name="outcome" value="f" ${trusted('checked')} /> fails somewhere</label
      >
      <label class="choice"
        ><input type="checkbox" name="outcome" value="u" ${trusted('checked')} /> unknown somewhere</label
      >
    </fieldset>
  </form>`;
}

function columnHead({ id, title, severity, failing }: FleetFinding): Html {
  const [, , ...rest] = id.split('/');
  const short = rest.length > 0 ? rest.join('/') : id;
  return html`<th
    scope="col"
    data-severity="${severity}"
    data-outcome="${failing.length > 0 ? 'f' : 'u'}"
    title="${title}"
  >
    <a href="#finding/${id}"><span>${short}</span></a>
  </th>`;
}

function row({ name, groups, report }: AuditedHost, columns: readonly FleetFinding[]): Html {
  const own = new Map(report.findings.map((finding) => [finding.id, finding]));
  const cells = columns.map(({ id }) => cell(own.get(id))).join('');
  return html`<tr data-groups="${groups.join('\n')}">
    <th scope="row"><code>${name}</code></th>
    ${trusted(cells)}
  </tr> `;
}

/** Built by hand of fixed parts: there may be a hundred thousand. */
function cell(finding: AuditedFinding | undefined): string {
  if (finding === undefined) return '<td></td>';
  const { outcome, severity } = finding;
  const tone = outcome === 'fail' ? ` ${SEVERITY_CLASSES[severity]}` : '';
  return `<td class="${CLASSES[outcome]}${tone}">${SIGNS[outcome]}</td>`;
}
