import { TomlError, parse } from 'smol-toml';
import { type Table, isTable } from './fields.ts';
import type { Report } from './report.ts';

/** The largest lock files have a few million characters. */
export const TEXT_LIMIT_CHARACTERS = 32 * 1024 * 1024;
const DEPTH_LIMIT = 100;

/** Reads TOML 1.0; `undefined` after what is wrong with it was said. */
export function parseToml(text: string, report: Report): Table | undefined {
  if (text.length > TEXT_LIMIT_CHARACTERS) {
    report.say('is too large to be read');
    return undefined;
  }
  try {
    const table: unknown = parse(text.replace(/^\u{feff}/u, ''), { maxDepth: DEPTH_LIMIT });
    return isTable(table) ? table : undefined;
  } catch (error) {
    // Anything else that it throws comes from this text as well: a stack that overflows.
    report.say('is not valid TOML', error instanceof TomlError ? error.line : undefined);
    return undefined;
  }
}

/**
 * The lines of the headers `[[name]]`, counted from 1, if there are exactly `count` of them and none can be anything else.
 *
 * A line that begins so is a header unless it is inside of a string of several lines (https://toml.io/en/v1.0.0, "Array of
 * Tables"): in an array a bare word is no value.
 */
export function headerLines(text: string, name: string, count: number): readonly number[] | undefined {
  if (text.includes('"""') || text.includes("'''")) return undefined;
  const header = `[[${name}]]`;
  const lines = text.split('\n').flatMap((line, index) =>
    line
      .replace(/^\u{feff}/u, '')
      .trimStart()
      .startsWith(header)
      ? [index + 1]
      : [],
  );
  return lines.length === count ? lines : undefined;
}
