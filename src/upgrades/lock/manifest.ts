import satisfies from 'semver/functions/satisfies.js';
import { z } from 'zod';

/** Sections of a package.json that a project's own dependencies stand in (https://docs.npmjs.com/cli/configuring-npm/package-json). */
const SECTIONS = ['dependencies', 'devDependencies', 'optionalDependencies'];
/** `1.2.3`, `=1.2.3`, `^1.2`, `~1`: what can be written anew without changing what is meant. */
const SIMPLE = /^([\^~=]?)v?\d[\w.+-]*$/;

export interface Move {
  readonly name: string;
  /** The version that is there. */
  readonly from: string;
  readonly to: string;
}

export type ManifestEdit =
  /** `isChanged`: whether the project asks for something else now. */
  | { readonly kind: 'fits'; readonly text: string; readonly isChanged: boolean }
  | { readonly kind: 'obstacle'; readonly reason: string };

/**
 * Lets a package.json ask for another version where it asks for one that excludes it, keeping `^`, `~` and the text around.
 * Never across what Semantic Versioning calls an incompatible change: that is for people to decide.
 */
export function allowIn(text: string, path: string, { name, from, to }: Move): ManifestEdit {
  let edited = text;
  for (const [start, end] of sectionsOf(text).toReversed()) {
    const section = edited.slice(start, end);
    const match = new RegExp(`"${literal(name)}"(\\s*:\\s*)"([^"\\\\]*)"`).exec(section);
    const range = match?.[2];
    if (match === null || range === undefined || satisfies(to, range)) continue;
    const [, operator] = SIMPLE.exec(range) ?? [];
    if (operator === undefined) {
      return { kind: 'obstacle', reason: `${path} asks for ${name} ${range}: let it ask for ${to} or newer.` };
    }
    if (!satisfies(to, `^${from}`)) {
      const reason = `${path} asks for ${name} ${range}, and what mends it, ${to}, is incompatible by its version: change it by hand and test.`;
      return { kind: 'obstacle', reason };
    }
    const written = `"${name}"${match[1] ?? ''}"${operator}${to}"`;
    const at = start + match.index;
    edited = edited.slice(0, at) + written + edited.slice(at + match[0].length);
  }
  return { kind: 'fits', text: edited, isChanged: edited !== text };
}

/** Where the sections' braces stand; their values are texts, so the first brace that closes is theirs. */
function sectionsOf(text: string): readonly (readonly [start: number, end: number])[] {
  return SECTIONS.flatMap((section) => {
    const match = new RegExp(`^[ \\t]*"${section}"\\s*:\\s*\\{|[{,]\\s*"${section}"\\s*:\\s*\\{`, 'm').exec(text);
    if (match === null) return [];
    const start = match.index + match[0].length;
    const end = text.indexOf('}', start);
    return end === -1 ? [] : [[start, end] as const];
  }).toSorted(([a], [b]) => a - b);
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

const packageJson = z.object({ devDependencies: z.record(z.string(), z.unknown()).optional() });

/** The names of what a project needs for its own development only; none where that can't be read. */
export function developmentIn(text: string): readonly string[] {
  try {
    return Object.keys(packageJson.parse(JSON.parse(text)).devDependencies ?? {});
  } catch {
    return [];
  }
}
