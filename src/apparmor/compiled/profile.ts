import type { ByteText } from '../../core/byte-text.ts';
import type { Automaton } from './automaton.ts';
import type { RuleAutomaton } from './permissions.ts';

/** PACKED_MODE_* of policy_unpack.c, in the order of their numbers. */
export const PROFILE_MODES = ['enforce', 'complain', 'kill', 'unconfined', 'prompt'] as const;

export type ProfileMode = (typeof PROFILE_MODES)[number];

/** What the kernel gets of one profile. */
export interface CompiledProfile {
  /** `parent//child` for a child profile and for a hat. */
  readonly name: ByteText;
  readonly namespace?: ByteText;
  readonly rename?: ByteText;
  /** The pattern of the programs as the parser writes it down for people (not every version does). */
  readonly attachment?: ByteText;
  readonly attachments?: Attachments;
  /** Of the format: 5 to 9. */
  readonly abi: number;
  readonly mode: ProfileMode;
  readonly isHat: boolean;
  /** Everything allowed is logged (`flags=(audit)`). */
  readonly isAudited: boolean;
  /** All flags as one word. */
  readonly flags: number;
  readonly pathFlags: number;
  readonly disconnectedPath?: ByteText;
  readonly disconnectedIpc?: ByteText;
  readonly killSignal?: number;
  readonly errorCode?: number;
  readonly identities: readonly ByteText[];
  readonly capabilities: CapabilitySets;
  readonly xattrs: readonly ByteText[];
  /** By the number of the resource (RLIMIT_*). */
  readonly rlimits: ReadonlyMap<number, bigint>;
  readonly secmarks: readonly Secmark[];
  /** Of old policies: by the number of the address family, sets of socket types. */
  readonly network?: readonly NetworkSets[];
  /** All classes but files; each begins with its number as a byte. */
  readonly classes?: RuleAutomaton;
  readonly files?: RuleAutomaton;
  readonly data: readonly { readonly key: ByteText; readonly value: Uint8Array }[];
}

/** Which programs the profile is for; a name without a pattern is compared as it is. */
export interface Attachments {
  readonly automaton: Automaton;
  /** States that match. */
  readonly accepts: Uint8Array;
  /** How much a match of it is worth against others. */
  readonly length: number;
}

/** Bit n is capability n of linux/capability.h. */
export interface CapabilitySets {
  readonly allow: bigint;
  readonly audit: bigint;
  readonly quiet: bigint;
  readonly extended: bigint;
}

export interface Secmark {
  readonly isAudited: boolean;
  readonly isDenied: boolean;
  readonly label: ByteText;
}

/** Bit n is socket type n. */
export interface NetworkSets {
  readonly allow: number;
  readonly audit: number;
  readonly quiet: number;
}

export interface CompiledPolicy {
  readonly kind: 'policy';
  /** As they stand in the file: parents before children. */
  readonly profiles: readonly CompiledProfile[];
}

/** Bytes that the kernel would not take as a policy, or that Freehold doesn't read. */
export interface Malformed {
  readonly kind: 'malformed';
  readonly reason: string;
}
