import { isIgnoredName } from '../apparmor/ignored-name.ts';
import { type ByteText, toByteText } from '../core/byte-text.ts';
import { localPolicyTree } from './policy-tree.ts';

/** The policies of this computer, as they are when they are first asked for. */
export const localPolicy = localPolicyTree();

/**
 * The profiles that a path names: itself, or the files of a folder that apparmor_parser would read, those too that can't be read, so
 * that somebody says so; none for what isn't there.
 */
export function policyFiles(path: string): readonly ByteText[] {
  const named = toByteText(path);
  const names = localPolicy.folder(named);
  if (names === undefined) return localPolicy.file(named) === undefined ? [] : [named];
  return names
    .filter((name) => !isIgnoredName(name))
    .map((name) => `${named.replace(/\/+$/, '')}/${name}`)
    .filter((file) => localPolicy.folder(file) === undefined);
}
