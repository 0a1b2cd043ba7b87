import compareSemVer from 'semver/functions/compare.js';
import parseSemVer from 'semver/functions/parse.js';
import type { SemVer } from 'semver';
import { VERSION_LIMIT_CHARACTERS, type VersionScheme } from './scheme.ts';

/** Semantic Versioning 2.0, as npm reads it: a `v` or `=` in front does no harm. Build metadata is no part of the order. */
export const semanticVersions: VersionScheme<SemVer> = {
  parse(text) {
    if (text.length > VERSION_LIMIT_CHARACTERS) return undefined;
    return parseSemVer(text, { loose: true }) ?? undefined;
  },
  compare: (a, b) => compareSemVer(a, b),
  spell: ({ version }) => version,
};
