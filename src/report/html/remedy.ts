import { REBOOT_REMEDY, describeChange } from '../../core/describe.ts';
import type { Change } from '../../core/change.ts';
import type { Remedy } from '../../core/finding.ts';
import { changedLines, describeAttributes } from '../describe.ts';
import type { DiffLine } from '../diff.ts';
import { html, type Html } from './template.ts';

/** What would be done, each change with the lines it takes away and brings. */
export function renderRemedy(remedy: Remedy): Html {
  if (remedy.kind === 'reboot') return html`<p><strong>${REBOOT_REMEDY}</strong></p>`;
  if (remedy.kind === 'manual') return html`<p><strong>By hand.</strong> ${remedy.instruction}</p>`;
  return html`<ol class="changes">
    ${remedy.changes.map(renderChange)}
  </ol>`;
}

function renderChange(change: Change): Html {
  const lines = changedLines(change);
  return html`<li>
    ${describeChange(change)}${
      change.irreversible === undefined
        ? null
        : html` <strong class="irreversible">Not reversible before reboot: ${change.irreversible}</strong>`
    }${lines.length === 0 ? null : html`<pre class="diff">${lines.map(renderLine)}</pre>`}${
      change.kind === 'file' && change.content !== null
        ? html`<span class="soft">A new file gets ${describeAttributes(change.created)}.</span>`
        : null
    }
  </li>`;
}

/** The sign is text, so that it is read, printed and copied with the line. */
function renderLine({ kind, text }: DiffLine): Html {
  const line = text.endsWith('\n') ? text.slice(0, -1) : text;
  return kind === 'remove' ? html`<del>${`- ${line}\n`}</del>` : html`<ins>${`+ ${line}\n`}</ins>`;
}
