/** One record as it lies in its source, not read yet. */
export interface SourceEntry {
  /** Tells it from the others of its source: a file's name, or what its bytes are. */
  readonly entry: string;
  /** Another one means that its bytes have changed. */
  readonly fingerprint: string;
  /** Its text. Throws {@link EntryError} when it can't be had. */
  readonly read: () => string | Promise<string>;
}

/** The name of the one entry of a source that is one document. */
export const WHOLE_SOURCE = '';

/** Why one entry can't be read; the others can. */
export class EntryError extends Error {
  override readonly name = 'EntryError';
}

/** The greatest record that is published has about a megabyte. */
export const ENTRY_LIMIT_BYTES = 16 * 1024 * 1024;
/** OSV as a whole has some 600,000 records. */
export const ENTRIES_LIMIT = 5_000_000;
/** Unpacked; OSV as a whole has some 3 GB. */
export const SOURCE_LIMIT_BYTES = 64 * 1024 * 1024 * 1024;

export function tooLarge(): EntryError {
  return new EntryError(`it is larger than ${String(ENTRY_LIMIT_BYTES)} bytes`);
}
