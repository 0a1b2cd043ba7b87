import { NO_MATCH } from './automaton.ts';
import { EXEC } from './exec.ts';
import {
  type KernelPermissions,
  LINK_SUBSET,
  NO_PERMISSIONS,
  PERMISSION,
  type StatePermissions,
} from './permissions.ts';

/*
 * Permissions inside the automaton, in two words a state: what policies up to v8 have. Read as policy_compat.c of the kernel
 * reads them, so that old and new policies are judged alike.
 */

const SEVEN_BITS = 0x7f;
const FOURTEEN_BITS = 0x3fff;
const QUIET_SHIFT = 7;
const OTHER_SHIFT = 14;
const CHANGE_PROFILE = 0x80000000;
const ON_EXEC = 0x40000000;
/** AA_COMPAT_CONT_MATCH of the parser's perms.h. */
const CONTINUES = 0x10000000;

/** Old bits and what they have become (map_old_perms). */
const FILE_BITS: readonly (readonly [old: number, now: number])[] = [
  [PERMISSION.execute, PERMISSION.execute],
  [
    PERMISSION.write,
    PERMISSION.write |
      PERMISSION.setAttributes |
      PERMISSION.create |
      PERMISSION.delete |
      PERMISSION.changeMode |
      PERMISSION.changeOwner |
      PERMISSION.open,
  ],
  [PERMISSION.read, PERMISSION.read | PERMISSION.getAttributes | PERMISSION.open],
  [PERMISSION.append, PERMISSION.append],
  [0x10, PERMISSION.link],
  [0x20, PERMISSION.lock | LINK_SUBSET],
  [0x40, PERMISSION.map],
];

/** Others' bits of classes that know no owner (map_other). */
const CLASS_BITS: readonly (readonly [old: number, now: number])[] = [
  [0x1, PERMISSION.setAttributes],
  [0x2, PERMISSION.getAttributes],
  [0x4, PERMISSION.accept],
  [0x8, PERMISSION.bind],
  [0x10, PERMISSION.listen],
  [0x20, PERMISSION.setOption],
  [0x40, PERMISSION.getOption],
];

/** Of the file automaton: the low halves are the owner's, the high ones others'. */
export function filePermissions(accept: Uint32Array, audit: Uint32Array): StatePermissions {
  const table = new EntryTable();
  const owner = table.indices(accept, audit, (word, second) => fileHalf(word, second, 0));
  const other = table.indices(accept, audit, (word, second) => fileHalf(word, second, OTHER_SHIFT));
  return { owner, other, entries: table.entries };
}

/** Of the automaton of all other classes. */
export function classPermissions(accept: Uint32Array, audit: Uint32Array): StatePermissions {
  const table = new EntryTable();
  const owner = table.indices(accept, audit, classEntry);
  // Of this one compute_perms() leaves out the state where nothing matches, whatever the table says.
  owner[NO_MATCH] = 0;
  return { owner, other: owner, entries: table.entries };
}

/** Some dozens of pairs of words are all that thousands of states have. */
class EntryTable {
  readonly entries: KernelPermissions[] = [NO_PERMISSIONS];

  indices(
    accept: Uint32Array,
    audit: Uint32Array,
    read: (accept: number, audit: number) => KernelPermissions,
  ): Uint32Array {
    const known = new Map<number, Map<number, number>>();
    return accept.map((word, state) => {
      const second = audit[state] ?? 0;
      const withWord = known.get(word) ?? new Map<number, number>();
      known.set(word, withWord);
      const index = withWord.get(second) ?? this.entries.push(read(word, second)) - 1;
      withWord.set(second, index);
      return index;
    });
  }
}

function fileHalf(accept: number, audit: number, shift: number): KernelPermissions {
  let allow = mapped(accept >>> shift, FILE_BITS);
  // Changing the profile is not a matter of who owns what.
  if ((accept & CHANGE_PROFILE) !== 0) allow |= PERMISSION.changeProfile;
  if ((accept & ON_EXEC) !== 0) allow |= PERMISSION.onExec;
  return {
    ...NO_PERMISSIONS,
    allow,
    audit: mapped(audit >>> shift, FILE_BITS),
    quiet: mapped(audit >>> (shift + QUIET_SHIFT), FILE_BITS),
    execIndex: execIndexOf((accept >>> shift) & FOURTEEN_BITS),
  };
}

function classEntry(accept: number, audit: number): KernelPermissions {
  const both = (word: number): number => (word & SEVEN_BITS) | mapped(word >>> OTHER_SHIFT, CLASS_BITS);
  return {
    ...NO_PERMISSIONS,
    allow: both(accept) | ((accept & CONTINUES) === 0 ? 0 : PERMISSION.continues),
    audit: both(audit),
    quiet: both(audit >>> QUIET_SHIFT),
  };
}

function mapped(word: number, bits: readonly (readonly [old: number, now: number])[]): number {
  return bits.reduce((all, [old, now]) => ((word & old) === 0 ? all : all | now), 0);
}

const OLD_EXEC = { unconfined: 0x80, unsafe: 0x100, inherit: 0x200, typeShift: 10, typeMask: 0xf } as const;
const OLD_TYPE = { unconfined: 1, byName: 2, childByName: 3, firstNamed: 4 } as const;

/** dfa_map_xindex() */
function execIndexOf(mask: number): number {
  const type = (mask >>> OLD_EXEC.typeShift) & OLD_EXEC.typeMask;
  let index = 0;
  if ((mask & OLD_EXEC.unsafe) !== 0) index |= EXEC.unsafe;
  if ((mask & OLD_EXEC.inherit) !== 0) index |= EXEC.inherit;
  if ((mask & OLD_EXEC.unconfined) !== 0 || type === OLD_TYPE.unconfined) index |= EXEC.unconfined;
  if (type === OLD_TYPE.byName) index |= EXEC.byName;
  if (type === OLD_TYPE.childByName) index |= EXEC.byName | EXEC.child;
  if (type >= OLD_TYPE.firstNamed) index |= EXEC.byTable | (type - OLD_TYPE.firstNamed);
  return index >>> 0;
}
