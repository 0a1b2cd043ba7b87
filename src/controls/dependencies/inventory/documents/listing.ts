/** One component as a document lists it, before anything is known of which package it is. */
export interface ListedComponent {
  /** Tells it from the others of its document. */
  readonly ref: string;
  /** With its scope; empty where it has none. */
  readonly name: string;
  readonly version: string | undefined;
  readonly purl: string | undefined;
  /**
   * `root`: what the document is about; `part`: files, machines and systems, which are no packages; `application`: what may be a
   * package, or only hold some, as a lock file does.
   */
  readonly kind: 'package' | 'application' | 'part' | 'root';
  /** What Freehold itself says of a component that no package URL is right for: what kind of package it is. */
  readonly ecosystem?: string;
  readonly origin?: string;
  readonly isDirect?: boolean;
  readonly isDevelopment?: boolean;
}

/** What one needs another for. */
export interface ListedNeed {
  readonly from: string;
  readonly to: string;
  readonly isDevelopment?: boolean;
}

/** What a document says, whichever format it is written in. */
export interface Listing {
  readonly components: readonly ListedComponent[];
  readonly needs: readonly ListedNeed[];
  /** The refs of those that hold others. */
  readonly holders: ReadonlySet<string>;
  /** Sentences about what could not be read, or what the document itself says is missing. */
  readonly problems: readonly string[];
}

/** Bounds for documents that were made to harm. The greatest known images have some ten thousand packages. */
export const COMPONENTS_MAX = 200_000;
export const NEEDS_MAX = 2_000_000;
export const NESTING_MAX = 64;

/** What is beyond {@link COMPONENTS_MAX} or {@link NEEDS_MAX} is left out, and said once. */
export function bounded<Item>(items: readonly Item[], most: number, what: string): BoundedItems<Item> {
  if (items.length <= most) return { items, problems: [] };
  return {
    items: items.slice(0, most),
    problems: [`it has more than ${String(most)} ${what}; the others are left out`],
  };
}

interface BoundedItems<Item> {
  readonly items: readonly Item[];
  readonly problems: readonly string[];
}
