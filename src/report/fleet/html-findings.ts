import { describeLocation, plural } from '../../core/describe.ts';
import { html, type Html } from '../html/template.ts';
import type { FleetFinding, FleetSummary, HostFinding } from './summary.ts';

/** What fails or is unknown: its texts once, then what was found on which machines. */
export function renderFindingDetails({ findings }: FleetSummary): Html | null {
  const open = findings.filter(({ failing, unknown }) => failing.length + unknown.length > 0);
  if (open.length === 0) return null;
  return html`<section id="findings" aria-labelledby="findings-title">
    <h2 id="findings-title">Findings</h2>
    ${open.map(renderFinding)}
  </section>`;
}

function renderFinding({ id, title, severity, why, failing, unknown, askedCount }: FleetFinding): Html {
  const fails = failing.length > 0;
  const counts = [
    ...(fails ? [`fails on ${String(failing.length)}`] : []),
    ...(unknown.length > 0 ? [`unknown on ${String(unknown.length)}`] : []),
  ].join(', ');
  return html`<details class="finding" id="finding/${id}">
    <summary>
      <span class="badge ${fails ? `fail ${severity}` : 'unknown'}">${fails ? severity : 'unknown'}</span
      ><span class="headline"
        ><h3>${title}</h3>
        <span class="found">${counts} of ${plural(askedCount, 'machine')}</span></span
      ><code class="place">${id}</code>
    </summary>
    <p class="why">${why}</p>
    <dl class="facts-of">${sameAnswers(failing).map(answerRow)} ${sameAnswers(unknown).map(answerRow)}</dl>
  </details> `;
}

interface SharedAnswer {
  readonly text: string;
  readonly where: string;
  readonly names: readonly string[];
}

/** Machines that say the same are named together, most of them first. */
function sameAnswers(hosts: readonly HostFinding[]): readonly SharedAnswer[] {
  const answers = new Map<string, SharedAnswer & { readonly names: string[] }>();
  for (const { host, finding } of hosts) {
    const text = finding.outcome === 'unknown' ? (finding.reason ?? finding.summary) : finding.summary;
    const where = finding.where === undefined ? '' : describeLocation(finding.where);
    const key = `${text}\n${where}`;
    const answer = answers.get(key) ?? { text, where, names: [] };
    answer.names.push(host.name);
    answers.set(key, answer);
  }
  return [...answers.values()].sort((a, b) => b.names.length - a.names.length || (a.text < b.text ? -1 : 1));
}

function answerRow({ text, where, names }: SharedAnswer): Html {
  return html`<dt>${plural(names.length, 'machine')}</dt>
    <dd>
      <p>${text}${where === '' ? null : html` <code>${where}</code>`}</p>
      <p class="soft names">${names.toSorted().join(', ')}</p>
    </dd> `;
}
