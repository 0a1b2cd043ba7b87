import type { Package } from '../../controls/dependencies/inventory/package.ts';
import { normalizedName } from '../../controls/dependencies/inventory/python/name.ts';
import { logicalLines } from '../../controls/dependencies/inventory/python/requirement-lines.ts';

export type Edited =
  | { readonly kind: 'edited'; readonly text: string }
  /** The package whose line can't be changed, and why: one sentence for a person. Others may have to move with it. */
  | { readonly kind: 'obstacle'; readonly package: Package; readonly reason: string };

/** `name[extra] == 1.0`, from the beginning of a line on. */
const PIN = /^(\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\][]*\])?\s*={2,3}\s*)([^\s;,#\\]+)/;

/**
 * Writes other versions into the lines of a requirements file that fix one, and changes nothing else of it: comments, order,
 * markers, blanks and the ends of lines stay. `pins` are packages of this file that change, with their new version; each may stand
 * on several lines, for several environments.
 */
export function editRequirements(text: string, pins: ReadonlyMap<Package, string>): Edited {
  const pieces = text.split(/(\r\n|\r|\n)/);
  const lines = logicalLines(text);
  for (const [one, version] of pins) {
    let isEdited = false;
    for (const { line, text: content } of lines) {
      const index = 2 * (line - 1);
      const [whole = '', before = '', name = '', old = ''] = PIN.exec(pieces[index] ?? '') ?? [];
      if (normalizedName(name) !== normalizedName(one.name) || old !== one.version) continue;
      if (/\s--hash\b/.test(content)) return { kind: 'obstacle', package: one, reason: anew(one, version) };
      pieces[index] = before + version + (pieces[index] ?? '').slice(whole.length);
      isEdited = true;
    }
    if (!isEdited) {
      const line = one.where.line === undefined ? '' : `line ${String(one.where.line)} of `;
      return {
        kind: 'obstacle',
        package: one,
        reason: `Change ${line}${one.where.path} by hand: ${one.name}==${version}.`,
      };
    }
  }
  return { kind: 'edited', text: pieces.join('') };
}

function anew({ name, where }: Package, version: string): string {
  const how = `pip-compile --upgrade-package ${name}==${version}`;
  return `Its checksums must be made anew: let the tool that wrote ${where.path} upgrade ${name} to ${version} (${how}).`;
}
