/** What was seen of a set of drop-in directories: plain data, so that a recorded state judges as a live one. */
export interface ConfDirectoriesState {
  /** The files that count, in the order they are read. */
  readonly files: readonly ConfFileState[];
  /** Directories that could not be listed, with the reason: then nothing is known for certain. */
  readonly unlisted: readonly { readonly path: string; readonly reason: string }[];
}

export interface ConfFileState {
  readonly path: string;
  /** Where a symbolic link leads, for people: /etc/sysctl.d/99-sysctl.conf → ../sysctl.conf. */
  readonly target?: string;
  readonly content:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'absent' }
    | { readonly kind: 'unreadable'; readonly reason: string };
}
