/** What was seen of how a machine boots: plain data, so that a recorded state judges as a live one. */
export interface BootState {
  /** /proc/cmdline; of a machine that doesn't run there is none. */
  readonly commandLine: Omit<TextFile, 'content'> & { readonly content: TextFile['content'] | NotRunning };
  readonly grub: GrubFiles;
  /** Boot Loader Specification directories, in the order systemd-boot prefers them. */
  readonly loaders: readonly LoaderFiles[];
  /** Set in a container: booting is its host's. */
  readonly container: string | null;
}

export interface NotRunning {
  readonly kind: 'not-running';
}

export interface TextFile {
  readonly path: string;
  readonly content:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'missing' }
    | { readonly kind: 'unreadable'; readonly reason: string };
}

export interface GrubFiles {
  /** The generated configuration: /boot/grub/grub.cfg or /boot/grub2/grub.cfg. */
  readonly configs: readonly TextFile[];
  readonly environments: readonly TextFile[];
  /** /etc/default/grub and, in the order they are read, /etc/default/grub.d/*.cfg: what the next update-grub works from. */
  readonly defaults: readonly TextFile[];
}

export interface LoaderFiles {
  readonly directory: string;
  readonly config: TextFile;
  readonly entries: readonly TextFile[];
  /** Why its entries can't be listed. */
  readonly unlisted: string | null;
  /** Unified kernel images below EFI/Linux: their command line is inside. */
  readonly images: readonly string[];
}
