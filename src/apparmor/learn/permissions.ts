import { FILE_PERMISSIONS, type FilePermission } from '../access.ts';

/** A set of file permissions, each a {@link bit}. */
export type PermissionBits = number;

/** The letters that the kernel writes (security/apparmor/lib.c: aa_file_perm_chrs) and what allows them: `w` stands for create and delete too. */
const LETTERS: ReadonlyMap<string, FilePermission> = new Map([
  ['r', 'r'],
  ['w', 'w'],
  ['c', 'w'],
  ['d', 'w'],
  ['a', 'a'],
  ['l', 'l'],
  ['k', 'k'],
  ['m', 'm'],
  ['x', 'x'],
]);

const BITS: Readonly<Record<FilePermission, PermissionBits>> = { r: 1, w: 2, a: 4, l: 8, k: 16, m: 32, x: 64 };

export function bit(permission: FilePermission): PermissionBits {
  return BITS[permission];
}

export function bitsOf(permissions: readonly FilePermission[]): PermissionBits {
  return permissions.reduce((bits, one) => bits | bit(one), 0);
}

/** Adds what a permission brings along: `w` is all that `a` is (apparmor.d(5), Access Modes). */
export function withImplied(bits: PermissionBits): PermissionBits {
  return (bits & bit('w')) === 0 ? bits : bits | bit('a');
}

/** Takes away what another permission says already. */
export function withoutImplied(bits: PermissionBits): PermissionBits {
  return (bits & bit('w')) === 0 ? bits : bits & ~bit('a');
}

export function permissionsOf(bits: PermissionBits): readonly FilePermission[] {
  return FILE_PERMISSIONS.filter((one) => (bits & bit(one)) !== 0);
}

/** Of masks of the kernel, which are few. */
const knownMasks = new Map<string, PermissionBits>();
const MAX_KNOWN_MASKS = 1000;

/** What has to be allowed for a mask of the log; letters that aren't file permissions are left out. */
export function bitsOfLetters(letters: string): PermissionBits {
  const known = knownMasks.get(letters);
  if (known !== undefined) return known;
  let bits = 0;
  for (const letter of letters) {
    const permission = LETTERS.get(letter);
    if (permission !== undefined) bits |= bit(permission);
  }
  if (knownMasks.size < MAX_KNOWN_MASKS) knownMasks.set(letters, bits);
  return bits;
}
