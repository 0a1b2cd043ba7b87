import { isMarker } from './marker.ts';
import { isPackageName } from './name.ts';
import { startScanner } from './scanner.ts';
import { parseSpecifiers, pinnedVersion, specifierText } from './specifier.ts';

/** `name[extra]>=1,<2; marker` or `name @ url ; marker`, taken apart. */
export interface Requirement {
  /** As it is written. */
  readonly name: string;
  readonly extras: readonly string[];
  /** `>=1,<2`; empty where any version will do. */
  readonly specifier: string;
  /** The version, where no other one will do. */
  readonly version: string | undefined;
  /** As it is written: it may have a password in it. */
  readonly url: string | undefined;
  /** As it is written; see `markerHolds`. */
  readonly marker: string | undefined;
}

/** Longer ones are written by nobody: a marker can name some hundred extras. */
const REQUIREMENT_LIMIT_CHARACTERS = 100_000;

/**
 * Reads one requirement; `undefined` for a text that is none.
 *
 * https://packaging.python.org/en/latest/specifications/dependency-specifiers/, "Complete Grammar" (PEP 508). As in
 * `packaging`, an address may be anything without blanks.
 */
export function parseRequirement(text: string): Requirement | undefined {
  const line = text.trim();
  if (line.length > REQUIREMENT_LIMIT_CHARACTERS) return undefined;
  const scanner = startScanner(line);
  const name = scanner.take(/[A-Za-z0-9._-]+/y);
  const extras = parseExtras(scanner.take(/\[[^\][]*\]/y));
  if (name === undefined || !isPackageName(name) || extras === undefined) return undefined;
  const isAddress = scanner.take(/@/y) !== undefined;
  const url = isAddress ? scanner.take(/[^ \t]+/y) : undefined;
  const specifiers = isAddress ? [] : parseSpecifiers(specifierPart());
  if (specifiers === undefined || (isAddress && url === undefined)) return undefined;
  const marker = scanner.take(/;/y) === undefined ? undefined : scanner.rest();
  if (marker === undefined ? !scanner.isAtEnd() : !isMarker(marker)) return undefined;
  return { name, extras, specifier: specifierText(specifiers), version: pinnedVersion(specifiers), url, marker };

  function specifierPart(): string {
    const inside = scanner.take(/\([^()]*\)/y);
    return inside === undefined ? (scanner.take(/[^;]+/y) ?? '') : inside.slice(1, -1);
  }
}

function parseExtras(brackets: string | undefined): readonly string[] | undefined {
  const inside = brackets?.slice(1, -1).trim() ?? '';
  if (inside === '') return [];
  const extras = inside.split(',').map((extra) => extra.trim());
  return extras.every(isPackageName) ? extras : undefined;
}
