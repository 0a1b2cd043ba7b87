import { keyOf } from './answer.ts';
import type { AnswerIndex } from './index-answers.ts';

/**
 * Whether other answers prove that a path wasn't there. Names are looked up in directories: if the folder `/a` had no `b`, then
 * neither `/a/b` nor anything below it was there, whichever links lead to `/a`, because the listing of `/a` followed the same ones
 * (path_resolution(7)). Not so where a folder answers for names that it doesn't list.
 */
export function isKnownToBeMissing(path: string, answers: AnswerIndex): boolean {
  const parts = path.split('/').slice(1);
  // `/a/../b` is not `/b` where `/a` is a link.
  if (!path.startsWith('/') || parts.some((part) => part === '' || part === '.' || part === '..')) return false;
  for (let depth = parts.length - 1; depth >= 0; depth -= 1) {
    const folder = `/${parts.slice(0, depth).join('/')}`;
    const name = parts[depth] ?? '';
    if (isMissing(folder, answers)) return true;
    const listing = answers.find(keyOf('list', folder));
    if (listing?.kind !== 'list' || listing.answer.kind !== 'entries') continue;
    return listsAll(folder, name) && !listing.answer.entries.some((entry) => mayBeSame(entry.name, name));
  }
  return false;
}

function isMissing(folder: string, answers: AnswerIndex): boolean {
  return (['read', 'list', 'stat'] as const).some((kind) => {
    const found = answers.find(keyOf(kind, folder));
    return found !== undefined && 'path' in found && found.answer.kind === 'missing';
  });
}

/**
 * Folders that know more names than they list: threads in /proc (proc(5)), what automount(8) mounts when it is first used, and
 * hidden names (`.zfs`, `.snapshot`). FAT knows `LONGNA~1` for `longname.txt`.
 */
function listsAll(folder: string, name: string): boolean {
  const isSysctl = folder === '/proc/sys' || folder.startsWith('/proc/sys/');
  if (folder.startsWith('/proc') && !isSysctl) return false;
  return !/^\/(?:net|misc|home|mnt|media)$/.test(folder) && !name.startsWith('.') && !name.includes('~');
}

/** Names that are one on a file system that ignores case (FAT of the EFI partition), accents' spelling, or dots at the end. */
function mayBeSame(a: string, b: string): boolean {
  return a === b || fold(a) === fold(b);
}

function fold(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .toUpperCase()
    .replace(/[. ]+$/, '');
}
