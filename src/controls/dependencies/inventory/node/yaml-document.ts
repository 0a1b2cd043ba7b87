import { FAILSAFE_SCHEMA, load } from 'js-yaml';
import type { InventoryProblem } from '../package.ts';
import { entriesOf, field, isObject } from './fields.ts';
import { KeyLines } from '../json-lines.ts';
import { problemAt } from './npm-text.ts';

export type YamlDocument =
  { readonly kind: 'map'; readonly value: unknown } | { readonly kind: 'problem'; readonly problem: InventoryProblem };

/** The greatest published lock files have some ten million. */
const TEXT_LIMIT_CHARACTERS = 100_000_000;

/**
 * A YAML text whose top is a map, all its scalars as texts. Read as Yarn itself does
 * (parseSyml() of @yarnpkg/parsers), by js-yaml with the failsafe schema: other parsers need twenty times as long.
 */
export function readYamlMap(text: string, path: string, linesBefore: number): YamlDocument {
  if (text.length > TEXT_LIMIT_CHARACTERS) {
    return { kind: 'problem', problem: problemAt(path, undefined, 'The file is larger than any file of this kind.') };
  }
  try {
    const value = load(text, { schema: FAILSAFE_SCHEMA, json: true });
    if (!isMapOrAbsent(value)) return { kind: 'problem', problem: problemAt(path, undefined, 'The file is no map.') };
    if (!hasShared(value)) return { kind: 'map', value };
    return { kind: 'problem', problem: problemAt(path, undefined, 'The file has aliases, which no tool writes.') };
  } catch (error) {
    const line = field(field(error, 'mark'), 'line');
    const at = typeof line === 'number' ? linesBefore + line + 1 : undefined;
    const problem = problemAt(path, at, 'The file is no YAML that can be read.');
    return { kind: 'problem', problem };
  }
}

/** Whether a map or a list stands in two places: with aliases a short file can say what takes for ever to go through. */
function hasShared(top: unknown): boolean {
  const seen = new Set<unknown>();
  const open = [top];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue;
    if (seen.has(value)) return true;
    seen.add(value);
    for (const part of Object.values(value)) open.push(part);
  }
  return false;
}

/** Whether what should be a map is one, or not there at all. */
export function isMapOrAbsent(value: unknown): boolean {
  return value === undefined || value === null || value === '' || isObject(value);
}

/** Name to text, of a map's texts. */
export function textsOf(value: unknown): readonly (readonly [string, string])[] {
  return entriesOf(value).flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : []));
}

/** The lines of a map's keys in block style, by section at the left margin; `''` for the margin itself. */
export function blockKeyLines(text: string, section: string, linesBefore: number): KeyLines {
  const lines = new KeyLines();
  const indent = section === '' ? '' : '  ';
  let inSection = section === '';
  let line = linesBefore;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    line += 1;
    const first = text[start];
    const isMargin = first !== ' ' && first !== '#' && start !== end && first !== '\r';
    if (section !== '' && isMargin) inSection = text.slice(start, end).trimEnd() === `${section}:`;
    else if (inSection && text.startsWith(indent, start) && text[start + indent.length] !== ' ') {
      const key = blockKey(text.slice(start + indent.length, end).trimEnd());
      if (key !== undefined) lines.add(key, line);
    }
    start = end + 1;
  }
  return lines;
}

/** The key of `key:`, `'key':`, `"key":` or `? key`; `undefined` where it isn't certain. */
function blockKey(written: string): string | undefined {
  const isLong = written.startsWith('? ');
  const colon = written.endsWith(':') ? -1 : written.endsWith(': {}') ? -': {}'.length : undefined;
  if (!isLong && colon === undefined) return undefined;
  const key = isLong ? written.slice(2) : written.slice(0, colon);
  if (key.startsWith('"')) return unquoted(key);
  if (key.startsWith("'"))
    return key.length > 1 && key.endsWith("'") ? key.slice(1, -1).replaceAll("''", "'") : undefined;
  return key === '' || key.startsWith('#') ? undefined : key;
}

function unquoted(literal: string): string | undefined {
  try {
    const value: unknown = JSON.parse(literal);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}
