/**
 * How a machine is reached. Every control reads a machine through this interface only, so a laptop, a server behind
 * ssh, an unpacked image and a recording are judged by the same code. Every method throws a `HostError` when the
 * machine can't be reached any more: that is not an answer about a path.
 */
export interface Host {
  readonly facts: Facts;
  /** How many times something was sent and waited for since the connection began; absent where nothing travels. */
  readonly roundTrips?: number;
  /** Answers without waiting, which is worth it for thousands of files; only where nothing travels. */
  readonly direct?: DirectReader;
  /** Reads a whole file, following symbolic links. Never throws for what a machine can be like. */
  read(path: string, options?: ReadOptions): Promise<ReadResult>;
  /** Names the entries of one directory, sorted by byte order, without `.` and `..`. */
  list(path: string): Promise<ListResult>;
  /** Describes one path without following a symbolic link in its last component. */
  stat(path: string): Promise<StatResult>;
  /** Looks for names below folders, without following symbolic links. */
  find(question: FindQuestion): Promise<FindResult>;
  /**
   * Computes digests of whole files where they lie, one for each path and in the same order. Follows symbolic links, as
   * `md5sum`, `debsums` and `dpkg --verify` do, and says so; never opens what is no regular file. Bytes don't travel.
   */
  digest(paths: readonly string[], algorithm: DigestAlgorithm): Promise<readonly DigestResult[]>;
  /** Runs one program (never through a shell). */
  run(argv: readonly [string, ...string[]], options: RunOptions): Promise<RunResult>;
  /** Ends connections and child processes; the host can't be used afterwards. */
  close(): Promise<void>;
}

export interface DirectReader {
  read(path: string, options?: ReadOptions): ReadResult;
  stat(path: string): StatResult;
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
  /** `false` for an image: nothing of it runs, so it has no values of now, only files that decide the next boot. */
  readonly isRunning: boolean;
  /** When a recorded machine was looked at: UTC, ISO 8601. Absent on a host that answers now. */
  readonly recordedAt?: string;
}

export interface ReadOptions {
  /** Files larger than this are not read; default {@link DEFAULT_READ_LIMIT_BYTES}. */
  readonly limitBytes?: number;
  /** What follows the first empty line is not needed, and a host may leave it out; of the limit it is a part all the same. */
  readonly isHeaderEnough?: boolean;
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

/** Names are patterns in which `*` stands for any characters, a leading dot too; all else stands for itself. */
export interface FindQuestion {
  /** Absolute paths of folders. */
  readonly below: readonly string[];
  /** What is looked for: files and folders, by name. */
  readonly names: readonly string[];
  /** Folders that are not entered: by name, or all that lie in folders of a name and are not looked for (`site-packages/*`). */
  readonly closed: readonly string[];
  /** Absolute paths that are passed over. */
  readonly without: readonly string[];
}

export interface Found {
  readonly kind: 'found';
  /** Absolute, sorted by byte order. */
  readonly paths: readonly string[];
  /** Folders that could not be looked into, sorted. */
  readonly unlisted: readonly string[];
}

export type FindResult = Found | Unreadable;

export const DIGEST_ALGORITHMS = ['md5', 'sha256', 'sha512'] as const;

export type DigestAlgorithm = (typeof DIGEST_ALGORITHMS)[number];

export type DigestResult =
  | {
      readonly kind: 'digest';
      /** Lower-case hexadecimal. */
      readonly hex: string;
      /** Whether the last component of the path is a symbolic link; the digest is that of the file it leads to. */
      readonly isSymlink: boolean;
    }
  | Missing
  | Unreadable;

/** Larger files have no digest: a sparse one can be made so large that nobody sees the end of it. */
export const DIGEST_LIMIT_BYTES = 64 * 1024 * 1024 * 1024;

export interface RunOptions {
  readonly timeoutMs: number;
  readonly stdin?: Uint8Array | string;
  /** Called with what the program prints, as it comes; the result has all of it once more. */
  readonly onStdout?: (bytes: Uint8Array) => void;
  /** More output than this ends the program; default {@link DEFAULT_OUTPUT_LIMIT_BYTES}. */
  readonly limitBytes?: number;
}

export const DEFAULT_OUTPUT_LIMIT_BYTES = 16 * 1024 * 1024;

export type RunResult =
  | { readonly kind: 'exited'; readonly code: number; readonly stdout: Uint8Array; readonly stderr: Uint8Array }
  | {
      readonly kind: 'not-run';
      /** `unsupported`: nothing runs on an image or in a recording. */
      readonly cause: 'missing' | 'permission' | 'unsupported' | 'io';
      readonly message: string;
    }
  | {
      readonly kind: 'ended';
      readonly cause: 'timeout' | 'signal' | 'too-much-output';
      readonly message: string;
      readonly stdout: Uint8Array;
      readonly stderr: Uint8Array;
    };
