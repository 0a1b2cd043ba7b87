/** A problem that a user can cause and can mend: a value, collected with all others and shown at once. */
export interface Diagnostic {
  /** Stable and searchable: `blueprint/unknown-key`. */
  readonly code: string;
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly where?: SourcePosition;
  /** What to do about it. */
  readonly hint?: string;
}

/** A place in a text file; `line` and `column` count from 1, columns in UTF-16 units. */
export interface SourcePosition {
  readonly path: string;
  readonly line?: number;
  readonly column?: number;
  /** The offending line, cut to a readable width. */
  readonly excerpt?: string;
}
