import type { Change, FileAttributes } from '../core/change.ts';
import type { Reference, Remedy } from '../core/finding.ts';
import { splitLines, type DiffLine } from './diff.ts';
import { describeChange, plural, REBOOT_REMEDY } from '../core/describe.ts';

const MODE_DIGITS = 4;
const OCTAL = 8;
/** More changes than this are counted instead of named. */
const NAMED_CHANGES = 3;

/** A whole remedy in one line. */
export function describeRemedy(remedy: Remedy): string {
  if (remedy.kind === 'manual') return `by hand: ${remedy.instruction}`;
  if (remedy.kind === 'reboot') return REBOOT_REMEDY;
  const named = remedy.changes.slice(0, NAMED_CHANGES).map(describeChange);
  const rest = remedy.changes.length - named.length;
  return [...named, ...(rest > 0 ? [plural(rest, 'more change')] : [])].join('; ');
}

/** `0644 root:root` */
export function describeAttributes(attributes: FileAttributes): string {
  return `${attributes.mode.toString(OCTAL).padStart(MODE_DIGITS, '0')} ${attributes.owner}:${attributes.group}`;
}

/** `CIS Debian Linux 12 Benchmark v1.1.0, 3.3.1 <https://…>` */
export function describeReference({ source, version, item, url }: Reference): string {
  return `${source}${version === undefined ? '' : ` ${version}`}, ${item}${url === undefined ? '' : ` <${url}>`}`;
}

/** The lines a change takes away and brings, where it says so itself. */
export function changedLines(change: Change): readonly DiffLine[] {
  if (change.kind === 'file') {
    return splitLines(change.content ?? '').map((text) => ({ kind: 'add', text }));
  }
  if (change.kind !== 'lines') return [];
  return [
    ...change.remove.map((text) => ({ kind: 'remove' as const, text: `${text}\n` })),
    ...change.add.map((text) => ({ kind: 'add' as const, text: `${text}\n` })),
  ];
}
