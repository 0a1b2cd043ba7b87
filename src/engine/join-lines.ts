import type { FileChange, LinesChange } from '../core/change.ts';

/**
 * Makes one whole-file change of all line changes of one path. Lines that come stand in the place of the first line they
 * replace, otherwise at the end; every other line keeps its place and its end (`\n` or `\r\n`).
 */
export function joinLines(changes: readonly LinesChange[], before: string | null): FileChange {
  const [first] = changes;
  if (first === undefined) throw new Error('joinLines needs at least one change');
  const lines = before === null ? [...first.header] : splitLines(before);
  for (const change of changes) applyLines(lines, change);
  const content = lines.length === 0 ? '' : `${lines.join('\n')}\n`;
  const irreversible = changes.find((change) => change.irreversible !== undefined)?.irreversible;
  return {
    kind: 'file',
    path: first.path,
    content,
    created: first.created,
    ...(irreversible !== undefined && { irreversible }),
  };
}

function splitLines(text: string): string[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines;
}

function applyLines(lines: string[], change: LinesChange): void {
  let place: number | undefined;
  for (const line of change.remove) {
    const index = lines.indexOf(line);
    if (index === -1) continue;
    lines.splice(index, 1);
    place ??= index;
  }
  const coming = change.add.filter((line) => !lines.includes(line));
  lines.splice(place ?? lines.length, 0, ...coming);
}
