import type { ByteText } from '../../core/byte-text.ts';

/** Something that could be found out, or why not. */
export type Known<Value> =
  { readonly kind: 'known'; readonly value: Value } | { readonly kind: 'unknown'; readonly reason: string };

/** One profile that the kernel holds, as /sys/kernel/security/apparmor/policy shows it. */
export interface LoadedProfile {
  /** With its parents: `parent//child`. */
  readonly name: ByteText;
  /** `enforce`, `complain`, `kill`, `unconfined`, `prompt` … */
  readonly mode: string;
  /** The pattern of programs that it attaches to; absent where the kernel doesn't say. */
  readonly attachment?: ByteText;
  readonly digest?: { readonly algorithm: 'sha1' | 'sha256'; readonly hex: string };
  /** When it was loaded or replaced last: milliseconds since 1970. */
  readonly loadedAtMs?: number;
}

export type KernelView =
  | { readonly kind: 'not-running' }
  /** AppArmor is not at work here. */
  | { readonly kind: 'inactive'; readonly reason: string }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'profiles'; readonly profiles: readonly LoadedProfile[] };

/** A link below disable/ or force-complain/, named like the file that it is about (apparmor_parser(8)). */
export interface PolicyLink {
  readonly path: string;
  /** Absent for what is no symbolic link; it counts all the same. */
  readonly target?: string;
}

export interface PolicyFile {
  readonly path: string;
  readonly text: ByteText;
  readonly disabledBy?: PolicyLink;
  readonly forcedBy?: PolicyLink;
  /** When its content, or that link, was changed last (ctime): milliseconds since 1970. */
  readonly changedAtMs?: number;
}

export interface PolicyFiles {
  /** Those that are loaded at boot, sorted by path. */
  readonly files: readonly PolicyFile[];
  /** What could not be read, one sentence each. */
  readonly problems: readonly string[];
}

export interface ProcessSeen {
  readonly pid: number;
  /** The program that it runs; absent where that can't be seen. */
  readonly program?: ByteText;
  /** Whether the program's file is there no more: it was replaced while this ran. */
  readonly isDeleted: boolean;
  /** Whose program it is: this machine's, a container's with the same path, or it can't be told; absent where no wish is about it. */
  readonly home?: 'here' | 'elsewhere' | 'untold';
  /** The label, without the mode: `unconfined` for none; absent where it can't be seen. */
  readonly label?: ByteText;
  /** The mode behind the label: `enforce`. */
  readonly mode?: string;
  readonly unit?: string;
  readonly startedAtMs?: number;
}

export type ProcessesView =
  | { readonly kind: 'not-looked'; readonly reason: string }
  | {
      readonly kind: 'processes';
      readonly processes: readonly ProcessSeen[];
      /** How many there are whose program can't be seen. */
      readonly unseen: number;
      /** Milliseconds since 1970. */
      readonly bootedAtMs?: number;
    };

export interface ListeningSocket {
  readonly protocol: string;
  /** `0.0.0.0:22`, `[::]:22`, `127.0.0.1%lo:53`. */
  readonly address: string;
  readonly isLoopback: boolean;
  /** Those that hold it; empty for the kernel's own, and where they can't be seen. */
  readonly pids: readonly number[];
}

export type SocketsView =
  | { readonly kind: 'not-looked'; readonly reason: string }
  | { readonly kind: 'sockets'; readonly sockets: readonly ListeningSocket[] };

/** What apparmor_parser makes of a file: the digests that the kernel would compute of each profile. */
export type CompiledFile =
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'compiled'; readonly profiles: readonly CompiledProfile[] };

export interface CompiledProfile {
  readonly name: ByteText;
  readonly sha1: string;
  readonly sha256: string;
}

/** What is known of the time that a profile spent in complain mode. */
export interface SoakEvidence {
  /** Since when it has been in complain mode as it is now: milliseconds since 1970. */
  readonly since: Known<number>;
  /** Runs of the program that were seen since then. */
  readonly runs: Known<number>;
  /** Records of the audit that were lost. */
  readonly lost: Known<number>;
  /** What the profile would have denied since then. */
  readonly denials: Known<number>;
  /** How far back the logs go: milliseconds since 1970. */
  readonly reach: Known<number>;
}

/** One word of the kernel's command line. */
export interface CommandLineWord {
  readonly name: string;
  /** `null` where nothing is assigned. */
  readonly value: string | null;
}

/** What the kernel was booted with, and will be. */
export interface CommandLines {
  /** Absent where it can't be read. */
  readonly now?: readonly CommandLineWord[];
  readonly next:
    | {
        readonly kind: 'known';
        readonly words: readonly CommandLineWord[];
        readonly path: string;
        readonly line: number;
      }
    | { readonly kind: 'unknown'; readonly reason: string };
}

/** A file that runs with more rights than those of who starts it. */
export interface PrivilegedFile {
  readonly path: ByteText;
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
  readonly capabilities?: unknown;
  /** Its file system is mounted so that none of this has an effect. */
  readonly isOnNosuid: boolean;
}

export type PrivilegedFiles =
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'looked'; readonly files: readonly PrivilegedFile[]; readonly problems: readonly string[] };

/** How AppArmor comes up at boot. */
export interface BootView {
  readonly commandLines: CommandLines;
  /** `CONFIG_LSM` of the kernel's build; absent where it isn't known. */
  readonly builtInOrder?: readonly string[];
  /** /sys/kernel/security/lsm, in its order; absent where it can't be read. */
  readonly orderNow?: readonly string[];
  readonly service:
    'enabled' | 'absent' | 'masked' | 'disabled' | { readonly kind: 'unknown'; readonly reason: string };
}

export interface ProgramSeen {
  readonly isInstalled: boolean;
  /** Where its links lead; it itself where nothing could be asked. */
  readonly realPath: ByteText;
}

/** What was seen of a machine's confinement: plain data, so that a recorded state judges as a live one. */
export interface ConfinementState {
  readonly nowMs: number;
  readonly isRunning: boolean;
  /** Set in a container: AppArmor is its host's. */
  readonly container: string | null;
  readonly kernel: KernelView;
  readonly files: PolicyFiles;
  readonly boot: BootView | undefined;
  readonly processes: ProcessesView;
  readonly sockets: SocketsView | undefined;
  readonly privileged: PrivilegedFiles | undefined;
  /** By the paths of the blueprint. */
  readonly programs: Readonly<Record<string, ProgramSeen>>;
  /** By the paths of the files. */
  readonly compiled: Readonly<Record<string, CompiledFile>>;
  /** By the paths of the programs; what the logs say of those that are to be watched first. */
  readonly soak: Readonly<Record<string, Omit<SoakEvidence, 'since'>>>;
}
