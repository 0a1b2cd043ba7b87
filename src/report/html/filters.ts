import type { AuditReport } from '../../core/audit.ts';
import { countChecks, type DomainGroup } from '../grouping.ts';
import { OUTCOME_LABELS, OUTCOMES_WORST_FIRST, SEVERITIES_WORST_FIRST } from '../vocabulary.ts';
import { html, trusted, type Html } from './template.ts';

/** The controls; the page's script shows them. What needs a person is chosen at first, all when nothing does. */
export function renderFilters(report: AuditReport, groups: readonly DomainGroup[]): Html {
  const { outcomes } = report.summary;
  const isCalm = outcomes.fail + outcomes.unknown === 0;
  return html`<form id="filters" class="js-only" role="search" aria-label="Findings">
    <div class="field search">
      <label for="query">Search</label><input id="query" type="search" name="q" autocomplete="off" spellcheck="false" />
    </div>
    ${
      groups.length > 1
        ? html`<div class="field">
            <label for="domain">Domain</label
            ><select id="domain" name="domain">
              <option value="">All domains</option>
              ${groups.map(({ domain }) => html`<option value="${domain.id}">${domain.title}</option>`)}
            </select>
          </div>`
        : null
    }
    <fieldset>
      <legend>Outcome</legend>
      ${OUTCOMES_WORST_FIRST.map((outcome) =>
        checkbox('outcome', outcome, {
          label: OUTCOME_LABELS[outcome],
          count: outcomes[outcome],
          isChecked: isCalm || outcome === 'fail' || outcome === 'unknown',
        }),
      )}
    </fieldset>
    <fieldset>
      <legend>Severity</legend>
      ${SEVERITIES_WORST_FIRST.map((severity) =>
        checkbox('severity', severity, {
          label: severity,
          count: report.findings.filter((finding) => finding.severity === severity).length,
          isChecked: true,
        }),
      )}
    </fieldset>
    <div class="actions">
      <p id="count" role="status">${countChecks(report.summary)} findings</p>
      <button type="button" id="all">Show all</button><button type="button" id="expand">Expand</button
      ><button type="reset">Reset</button>
    </div>
  </form>`;
}

interface Choice {
  readonly label: string;
  readonly count: number;
  readonly isChecked: boolean;
}

function checkbox(name: string, value: string, choice: Choice): Html {
  return html`<label class="choice"
    ><input type="checkbox" name="${name}" value="${value}" ${choice.isChecked ? trusted('checked') : null} />
    ${choice.label} <span class="soft">${choice.count}</span></label
  >`;
}
