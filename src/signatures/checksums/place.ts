/** Where the name of a list leads, seen from the list's own folder. */
export type Place =
  /** `name` without `.` and doubled slashes. */
  { readonly kind: 'inside'; readonly name: string } | { readonly kind: 'outside'; readonly reason: string };

/** A part that is empty, a dot or two, wherever it stands. */
const ODD_PART = /(?:^|\/)\.{0,2}(?:\/|$)/;

/** Looks at a name alone; links that lead elsewhere are for those who open the file. */
export function placeOf(name: string): Place {
  if (!ODD_PART.test(name)) return { kind: 'inside', name };
  if (name === '') return { kind: 'outside', reason: 'the line names no file' };
  if (name.startsWith('/')) return { kind: 'outside', reason: 'it is named from the root of the file system on' };
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return { kind: 'outside', reason: 'its name leads out of the folder of the list (..)' };
  return parts.length === 0
    ? { kind: 'outside', reason: 'it is the folder of the list itself' }
    : { kind: 'inside', name: parts.join('/') };
}
