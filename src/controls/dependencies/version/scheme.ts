/** How an ecosystem orders its versions. */
export interface VersionScheme<Version> {
  /** `undefined` for a text that is no version there. */
  readonly parse: (text: string) => Version | undefined;
  /** Below 0 when `a` comes before `b`, 0 when they are one version, above 0 otherwise. */
  readonly compare: (a: Version, b: Version) => number;
  /** The same text for all spellings of one version, and for no other version: again a version, and one word. */
  readonly spell: (version: Version) => string;
}

/** Longer texts are no versions that anybody released. */
export const VERSION_LIMIT_CHARACTERS = 512;
