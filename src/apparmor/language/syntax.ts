import type { SourcePosition } from '../../core/diagnostic.ts';
import type { ByteText } from '../../core/byte-text.ts';
import type { FilePermission } from '../access.ts';

/** What apparmor_parser(8) of a version takes. */
export const DIALECTS = ['3.0', '4.0', '4.1', '5.0'] as const;

export type Dialect = (typeof DIALECTS)[number];

/** Where a rule stands, and through which includes it came there: the outermost first. */
export interface RulePlace extends SourcePosition {
  readonly line: number;
  /** The last line, for what goes over several. */
  readonly endLine: number;
  readonly includedFrom: readonly SourcePosition[];
}

/** What may stand before a rule. */
export interface Qualifiers {
  readonly isAudited: boolean;
  readonly effect: 'allow' | 'deny' | 'prompt';
  /** Higher ones win over lower ones (4.1 and later); 0 where nothing is said. */
  readonly priority: number;
}

interface RuleBase extends Qualifiers {
  readonly place: RulePlace;
  /** As it is written, without what surrounds it, comments taken out; variables are not expanded. */
  readonly text: string;
  /** What stands behind it on its line, and on the lines of comments directly above it. */
  readonly comment?: string;
}

/** A pattern (AARE) as written and for each combination of its variables' values. */
export interface PatternText {
  readonly written: string;
  /** Variables and aliases expanded, filters applied (doubled slashes); quotes gone, escapes (`\*`) kept. */
  readonly expanded: readonly ByteText[];
}

/** How a program that is executed goes on. */
export interface ExecTransition {
  /** `inherit` ix · `profile` px · `child` cx · `unconfined` ux; `pix`, `cux` … have a fallback. */
  readonly to: 'inherit' | 'profile' | 'child' | 'unconfined' | 'unsafe-any';
  readonly fallback?: 'inherit' | 'unconfined';
  /** Whether the environment is kept: the lower-case `p`, `c`, `u`. */
  readonly isUnsafe: boolean;
  /** What `-> name` says. */
  readonly target?: string;
}

export interface FileRule extends RuleBase {
  readonly kind: 'file';
  /** Absent for the rule `file,` which means every file. */
  readonly path?: PatternText;
  readonly owner: 'owner' | 'other' | 'any';
  readonly permissions: readonly FilePermission[];
  readonly exec?: ExecTransition;
}

export interface LinkRule extends RuleBase {
  readonly kind: 'link';
  readonly isSubset: boolean;
  readonly owner: 'owner' | 'other' | 'any';
  readonly path: PatternText;
  readonly target?: PatternText;
}

export interface CapabilityRule extends RuleBase {
  readonly kind: 'capability';
  /** Lower case, without `cap_`; empty for all of them. */
  readonly capabilities: readonly string[];
}

export interface NetworkRule extends RuleBase {
  readonly kind: 'network';
  /** `create`, `bind` …; empty for all. */
  readonly access: readonly string[];
  readonly family?: string;
  readonly type?: string;
  readonly protocol?: string;
  /** `ip=`, `port=` and `peer=(…)` of 5.0, as written. */
  readonly conditions: readonly string[];
}

export interface MountRule extends RuleBase {
  readonly kind: 'mount' | 'remount' | 'umount';
  readonly fileSystemTypes: readonly string[];
  readonly options: readonly string[];
  readonly source?: PatternText;
  readonly mountPoint?: PatternText;
}

export interface PivotRootRule extends RuleBase {
  readonly kind: 'pivot-root';
  readonly oldRoot?: PatternText;
  readonly newRoot?: PatternText;
  readonly target?: string;
}

export interface ChangeProfileRule extends RuleBase {
  readonly kind: 'change-profile';
  readonly isUnsafe: boolean;
  readonly exec?: PatternText;
  /** Absent for any. */
  readonly target?: PatternText;
}

export interface RlimitRule extends RuleBase {
  readonly kind: 'rlimit';
  readonly resource: string;
  readonly value: string;
}

/** Rules about other processes and what is between processes. */
export interface PeerRule extends RuleBase {
  readonly kind: 'signal' | 'ptrace' | 'unix' | 'dbus' | 'mqueue' | 'userns' | 'io-uring' | 'module';
  /** `send`, `receive`, `read`, `trace` …; empty for all. */
  readonly access: readonly string[];
  /** `bus=`, `path=`, `interface=`, `type=`, `set=` …: each name with its values, as written. */
  readonly conditions: Readonly<Record<string, readonly string[]>>;
  /** What stands in `peer=`: its label as a pattern, and all that `peer=(…)` says. */
  readonly peer: Readonly<Record<string, string>>;
}

/** `all,` */
export interface AllRule extends RuleBase {
  readonly kind: 'all';
}

export type Rule =
  | FileRule
  | LinkRule
  | CapabilityRule
  | NetworkRule
  | MountRule
  | PivotRootRule
  | ChangeProfileRule
  | RlimitRule
  | PeerRule
  | AllRule;

/** A line `include`, where it stands: rules of what it names are among the rules, with {@link RulePlace.includedFrom}. */
export interface Include {
  readonly place: RulePlace;
  /** As written, with its brackets or quotes: `<abstractions/base>`. */
  readonly written: string;
  readonly isOptional: boolean;
  /** What was read; none for one that isn't there. */
  readonly paths: readonly string[];
}

export interface Profile {
  readonly kind: 'profile' | 'hat';
  /** As the kernel calls it: `/usr/bin/man`, `libreoffice-soffice`, `parent//child`. */
  readonly name: string;
  /** What programs it is for; absent for one that is only entered from another. */
  readonly attachment?: PatternText;
  /** Of `flags=(…)`, in the order as written: `complain`, `attach_disconnected` … */
  readonly flags: readonly string[];
  readonly xattrs: Readonly<Record<string, string>>;
  /** What stands on the lines directly above it. */
  readonly comment?: string;
  /** From its first line to the one with its closing brace. */
  readonly place: RulePlace;
  readonly rules: readonly Rule[];
  readonly includes: readonly Include[];
  /** Child profiles and hats, with all that are in them. */
  readonly children: readonly Profile[];
}

/** Texts of a policy: all of them at hand, so that reading one is not a matter of waiting. */
export interface PolicyTree {
  /** The text of a file as its bytes; `undefined` when there is none. */
  file(path: string): ByteText | undefined;
  /** Names of the files in a folder, sorted; `undefined` when it is none. */
  folder(path: string): readonly string[] | undefined;
}
