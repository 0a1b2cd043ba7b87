import { describeLocation } from '../../core/describe.ts';
import type { AuditedFinding } from '../../core/audit.ts';
import type { Reference } from '../../core/finding.ts';
import { labelledValues } from '../describe-json.ts';
import { OUTCOME_LABELS } from '../vocabulary.ts';
import { isWebAddress } from '../web-address.ts';
import { renderRemedy } from './remedy.ts';
import { html, type Html } from './template.ts';

/** One finding: a line to scan, and everything known about it to open. */
export function renderFinding(finding: AuditedFinding): Html {
  const { id, outcome, severity, where } = finding;
  const badge = outcome === 'fail' ? severity : OUTCOME_LABELS[outcome];
  return html`<details class="finding" id="${anchorOf(id)}" data-outcome="${outcome}" data-severity="${severity}">
    <summary>
      <span class="badge ${outcome} ${severity}"
        >${outcome === 'fail' ? html`<span class="unseen">fails, </span>` : null}${badge}</span
      ><span class="headline"
        ><h4>${finding.title}</h4>
        <span class="found">${finding.summary}</span></span
      >${where === undefined ? null : html`<code class="place">${describeLocation(where)}</code>`}
    </summary>
    ${renderTruths(finding)}
    <dl class="facts-of">
      ${textRow('Reason', finding.reason)}${waiverRow(finding)}${
        where === undefined
          ? null
          : html`<dt>Decided by</dt>
              <dd><code>${describeLocation(where)}</code></dd>`
      }${textRow('Why', finding.why)}${textRow('May break', finding.mayBreak)}${
        finding.remedy === undefined
          ? null
          : html`<dt>Remedy</dt>
              <dd>${renderRemedy(finding.remedy)}</dd>`
      }${
        finding.references.length === 0
          ? null
          : html`<dt>References</dt>
              <dd>
                <ul>
                  ${finding.references.map(renderReference)}
                </ul>
              </dd>`
      }
      <dt>Identifier</dt>
      <dd>
        <code>${id}</code>
        <button type="button" class="copy js-only" aria-label="Copy the identifier ${id}">Copy</button>
        <a class="js-only" href="#${encodeURIComponent(anchorOf(id))}" aria-label="Link to ${id}">Link</a>
      </dd>
    </dl>
  </details> `;
}

/** An id for the element; HTML's may hold anything but white space. */
function anchorOf(id: string): string {
  return `finding/${id.toWellFormed().replace(/\s/gu, '_')}`;
}

function textRow(label: string, text: string | undefined): Html | null {
  return text === undefined
    ? null
    : html`<dt>${label}</dt>
        <dd class="text">${text}</dd> `;
}

/** What is wanted beside what is there. */
function renderTruths({ expected, observed }: AuditedFinding): Html {
  return html`<dl class="truths">
    ${labelledValues(expected, '').map(({ label, value }) =>
      renderTruth({ label: label === '' ? 'Wanted' : `Wanted: ${label}`, value, name: 'wanted' }),
    )}${labelledValues(observed, 'observed').map(({ label, value }) =>
      renderTruth({ label: capitalise(label), value, name: 'observed' }),
    )}
  </dl>`;
}

function renderTruth(truth: { readonly label: string; readonly value: string; readonly name: string }): Html {
  return html`<div class="${truth.name}">
    <dt>${truth.label}</dt>
    <dd><code>${truth.value}</code></dd>
  </div>`;
}

function waiverRow({ waiver }: AuditedFinding): Html | null {
  if (waiver === undefined) return null;
  const place = waiver.where === undefined ? null : html` <code>${describeLocation(waiver.where)}</code>`;
  return html`<dt>Waived</dt>
    <dd>${waiver.reason} ${waiver.owner}, until ${waiver.expires}.${place}</dd> `;
}

function renderReference({ source, version, item, url }: Reference): Html {
  const text = html`${source}${version === undefined ? null : html` ${version}`}, ${item}`;
  return url !== undefined && isWebAddress(url)
    ? html`<li><a href="${url}" rel="noopener noreferrer">${text}</a></li>`
    : html`<li>${text}${url === undefined ? null : html` (${url})`}</li>`;
}

function capitalise(label: string): string {
  return /^[a-z]+( [a-z]+)*$/.test(label) ? label.charAt(0).toUpperCase() + label.slice(1) : label;
}
