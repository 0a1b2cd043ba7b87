import type { Automaton } from './automaton.ts';

/** struct aa_perms of the kernel (include/perms.h): sets of {@link PERMISSION} bits, and what to do on execution. */
export interface KernelPermissions {
  readonly allow: number;
  readonly deny: number;
  readonly subtree: number;
  readonly condition: number;
  readonly kill: number;
  readonly complain: number;
  readonly prompt: number;
  readonly audit: number;
  readonly quiet: number;
  readonly hide: number;
  readonly execIndex: number;
  readonly tag: number;
  readonly label: number;
}

export const NO_PERMISSIONS: KernelPermissions = {
  allow: 0,
  deny: 0,
  subtree: 0,
  condition: 0,
  kill: 0,
  complain: 0,
  prompt: 0,
  audit: 0,
  quiet: 0,
  hide: 0,
  execIndex: 0,
  tag: 0,
  label: 0,
};

/** AA_MAY_* of include/perms.h; classes give some of them other names. */
export const PERMISSION = {
  execute: 0x1,
  write: 0x2,
  read: 0x4,
  append: 0x8,
  create: 0x10,
  delete: 0x20,
  open: 0x40,
  rename: 0x80,
  setAttributes: 0x100,
  getAttributes: 0x200,
  changeMode: 0x1000,
  changeOwner: 0x2000,
  lock: 0x8000,
  map: 0x10000,
  link: 0x40000,
  accept: 0x100000,
  bind: 0x200000,
  listen: 0x400000,
  setOption: 0x1000000,
  getOption: 0x2000000,
  /** More permissions may come after more of the text. */
  continues: 0x8000000,
  onExec: 0x20000000,
  changeProfile: 0x40000000,
} as const;

/** AA_LINK_SUBSET lies over the lock: in the second half of a link's pair it means that the link may not give more than its target. */
export const LINK_SUBSET: number = PERMISSION.lock;

/** Which permissions each state has, for the owner of an object and for others; the same where ownership is not asked. */
export interface StatePermissions {
  readonly entries: readonly KernelPermissions[];
  readonly owner: Uint32Array;
  readonly other: Uint32Array;
}

/** An automaton of rules with what its states mean. */
export interface RuleAutomaton {
  readonly automaton: Automaton;
  readonly start: number;
  readonly permissions: StatePermissions;
  /** Names that `execIndex` points into: `:namespace:profile` and `&stacked` among them. */
  readonly transitions: readonly string[];
}

export function permissionsAt(rules: RuleAutomaton, state: number, isOwner = true): KernelPermissions {
  const { entries, owner, other } = rules.permissions;
  return entries[(isOwner ? owner : other)[state] ?? 0] ?? NO_PERMISSIONS;
}
