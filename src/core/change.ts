/**
 * What to do to a machine, as data: it can be shown, compared, signed, sent and undone. Order matters only inside one
 * remedy.
 */
export type Change = FileChange | LinesChange | SysctlChange | UnitChange | PackageChange | CommandChange;

interface ChangeBase {
  /** Why this can't be taken back before a reboot (write-once settings); such changes need `--allow-irreversible`. */
  readonly irreversible?: string;
}

/** A file's whole content, or its absence. Existing files keep owner, mode and extended attributes unless named here. */
export interface FileChange extends ChangeBase {
  readonly kind: 'file';
  readonly path: string;
  /** The new content as UTF-8 text; `null` removes the file. */
  readonly content: string | null;
  /**
   * SHA-256, in hexadecimal digits, of the text that the content was made from: where another stands there by the time a plan is made,
   * somebody has changed it, and the change is left out. Absent where the content doesn't depend on what was there.
   */
  readonly madeFrom?: string;
  /** For a file that is created; an existing file keeps its own. */
  readonly created: FileAttributes;
}

/** Lines of a file that others may write to as well; the plan joins all of a path into one {@link FileChange}. */
export interface LinesChange extends ChangeBase {
  readonly kind: 'lines';
  readonly path: string;
  /** Whole lines (without their end) that go away; each names one exact line of the file. */
  readonly remove: readonly string[];
  /** Lines that stand in the place of the first removed one, or at the end. */
  readonly add: readonly string[];
  /** The first lines of the file when it doesn't exist yet. */
  readonly header: readonly string[];
  readonly created: FileAttributes;
}

export interface FileAttributes {
  /** Permission bits: `0o644`. */
  readonly mode: number;
  readonly owner: string;
  readonly group: string;
}

/** A kernel parameter's value now. Its next boot is a file's business. */
export interface SysctlChange extends ChangeBase {
  readonly kind: 'sysctl';
  /** As sysctl(8) spells it: `net.ipv4.conf.eth0/100.rp_filter`. */
  readonly key: string;
  /** Its file: `/proc/sys/net/ipv4/conf/eth0.100/rp_filter`. */
  readonly path: string;
  readonly value: string;
  /** Paths (glob(7)) that the kernel changes along with this one and that going back must restore too. */
  readonly alsoChanges: readonly string[];
}

export interface UnitChange extends ChangeBase {
  readonly kind: 'unit';
  readonly name: string;
  readonly action: 'enable' | 'disable' | 'start' | 'stop' | 'restart' | 'reload' | 'mask' | 'unmask';
}

export interface PackageChange extends ChangeBase {
  readonly kind: 'package';
  readonly name: string;
  readonly action: 'install' | 'remove';
  readonly version?: string;
}

/** A program that changes the machine in a way no other kind can say. */
export interface CommandChange extends ChangeBase {
  readonly kind: 'command';
  readonly title: string;
  readonly run: readonly [string, ...string[]];
  /** What takes it back; `null` when restoring {@link touches} is all that is needed. */
  readonly undo: readonly [string, ...string[]] | null;
  /** What follows going back when every file is in its place again: a program that must see the old ones. */
  readonly settle?: readonly [string, ...string[]];
  /** Skips `run` when this exits 0. */
  readonly unless?: readonly [string, ...string[]];
  /** Files that `run` rewrites (grub.cfg …): their before-images are kept and put back. */
  readonly touches: readonly string[];
  /** Folders that `run` rewrites: they are kept and put back as a whole. */
  readonly touchesFolders?: readonly string[];
}
