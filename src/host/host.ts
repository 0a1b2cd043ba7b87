/**
 * How a machine is reached. Every control reads a machine through this interface only, so a laptop, a server behind
 * ssh, an unpacked image and a recording are judged by the same code.
 */
export interface Host {
  readonly facts: Facts;
  /** Reads a whole file, following symbolic links. Never throws for what a machine can be like. */
  read(path: string, options?: ReadOptions): Promise<ReadResult>;
  /** Names the entries of one directory, sorted by byte order, without `.` and `..`. */
  list(path: string): Promise<ListResult>;
  /** Describes one path without following a symbolic link in its last component. */
  stat(path: string): Promise<StatResult>;
  /** Runs one program (never through a shell). */
  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult>;
  /** Ends connections and child processes; the host can't be used afterwards. */
  close(): Promise<void>;
}

/** What is known of a machine before any control asks. */
export interface Facts {
  /** How the user names this host: `local`, `ssh://admin@files`, … */
  readonly address: string;
  readonly hostname: string;
  /** `ID` of os-release(5), or `unknown`. */
  readonly os: string;
  /** `VERSION_ID` of os-release(5), or an empty string. */
  readonly osVersion: string;
  /** `PRETTY_NAME` of os-release(5), or an empty string. */
  readonly osName: string;
  /** `uname -r`. */
  readonly kernelRelease: string;
  /** `uname -m`. */
  readonly architecture: string;
  /** Whether Freehold acts as uid 0 there. */
  readonly isRoot: boolean;
  /** The container engine the machine runs in, where it says so (`container` of the init's environment, /.dockerenv …). */
  readonly container: string | null;
}

export interface ReadOptions {
  /** Files larger than this are not read; default {@link DEFAULT_READ_LIMIT_BYTES}. */
  readonly limitBytes?: number;
}

export const DEFAULT_READ_LIMIT_BYTES = 16 * 1024 * 1024;

/** Why the machine could not be looked at: not the same as "it isn't there". */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly cause: 'permission' | 'too-large' | 'not-a-file' | 'not-a-directory' | 'io';
  /** One sentence for a person, with the path. */
  readonly message: string;
}

export interface Missing {
  readonly kind: 'missing';
}

export type ReadResult = { readonly kind: 'content'; readonly bytes: Uint8Array } | Missing | Unreadable;

export type EntryType = 'file' | 'directory' | 'symlink' | 'other';

export interface Entry {
  readonly name: string;
  readonly type: EntryType;
}

export type ListResult = { readonly kind: 'entries'; readonly entries: readonly Entry[] } | Missing | Unreadable;

export interface Stat {
  readonly kind: 'stat';
  readonly type: EntryType;
  /** Permission bits with setuid, setgid and sticky: `0o644`. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly sizeBytes: number;
  /** Where a symbolic link points, as written; only for links. */
  readonly target?: string;
}

export type StatResult = Stat | Missing | Unreadable;

export interface RunOptions {
  readonly timeoutMs: number;
  readonly stdin?: Uint8Array | string;
  /** More output than this ends the program; default {@link DEFAULT_OUTPUT_LIMIT_BYTES}. */
  readonly limitBytes?: number;
}

export const DEFAULT_OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

export type RunResult =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: Uint8Array; readonly stderr: Uint8Array }
  | { readonly kind: 'not-run'; readonly cause: 'missing' | 'permission' | 'io'; readonly message: string }
  | {
      readonly kind: 'ended';
      readonly cause: 'timeout' | 'signal' | 'too-much-output';
      readonly message: string;
      readonly stdout: Uint8Array;
      readonly stderr: Uint8Array;
    };
