import type { Change, LinesChange } from './change.ts';
import type { Location } from './finding.ts';

/** What is left to do where everything else is done. */
export const REBOOT_REMEDY = 'Everything is set; it takes effect at the next reboot.';

/** One change in a few words: `set kernel.sysrq to 0 now`. */
export function describeChange(change: Change): string {
  switch (change.kind) {
    case 'file':
      return change.content === null ? `remove ${change.path}` : `write ${change.path}`;
    case 'lines':
      return describeLines(change);
    case 'sysctl':
      return `set ${change.key} to ${change.value} now`;
    case 'unit':
      return `${change.action} ${change.name}`;
    case 'package':
      return `${change.action} the package ${change.name}${change.version === undefined ? '' : ` ${change.version}`}`;
    case 'command':
      return change.title;
  }
}

/** Where something stands, as editors and terminals open it: `/etc/x.conf:12`. */
export function describeLocation({ path, line }: Location): string {
  return line === undefined ? path : `${path}:${line}`;
}

/** `1 line`, `2 lines`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function describeLines({ add, remove, path }: LinesChange): string {
  if (remove.length === 0) return `add ${plural(add.length, 'line')} to ${path}`;
  if (add.length === 0) return `remove ${plural(remove.length, 'line')} from ${path}`;
  return `replace ${plural(remove.length, 'line')} of ${path}`;
}
