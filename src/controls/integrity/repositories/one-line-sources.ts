import type { Location } from '../../../core/finding.ts';
import { readWord } from './apt-words.ts';
import { entriesOf, type ParsedSources, type SourceEntry, type SourceProblem } from './source-entry.ts';

const TYPES: ReadonlySet<string> = new Set(['deb', 'deb-src']);

/** Reads a file of one-line entries (sources.list(5), "One-Line-Style Format"). */
export function parseOneLineSources(text: string, path: string, architecture: string): ParsedSources {
  const entries: SourceEntry[] = [];
  const problems: SourceProblem[] = [];
  for (const [index, written] of text.split('\n').entries()) {
    const line = withoutComment(written).trim();
    if (line === '') continue;
    const where = { path, line: index + 1 };
    const parsed = parseLine(line, where, architecture);
    if (typeof parsed === 'string') problems.push({ where, message: parsed });
    else entries.push(...parsed);
  }
  return { entries, problems };
}

/** A `#` in brackets is part of an option, or of the label of a disc. */
function withoutComment(line: string): string {
  let isInBrackets = false;
  for (let index = 0; index < line.length; index += 1) {
    if (line[index] === '[') isInBrackets = true;
    if (line[index] === ']') isInBrackets = false;
    if (line[index] === '#' && !isInBrackets) return line.slice(0, index);
  }
  return isInBrackets && line.includes('#') ? line.slice(0, line.indexOf('#')) : line;
}

function parseLine(line: string, where: Location, architecture: string): readonly SourceEntry[] | string {
  const type = readWord(line, 0);
  if (type === undefined || !TYPES.has(type.text)) return `the line begins with no type that is known: ${line}`;
  const options = new Map<string, string>();
  let next = type.end;
  if (line[next] === '[') {
    const end = line.indexOf(']', next);
    if (end < 0) return 'the brackets of the options are not closed';
    for (const option of line.slice(next + 1, end).split(/\s+/)) readOption(option, options);
    next = end + 1;
  }
  const words: string[] = [];
  for (let word = readWord(line, next); word !== undefined; word = readWord(line, word.end)) words.push(word.text);
  const [uri, suite, ...components] = words;
  if (uri === undefined || suite === undefined) return 'the line has no address or no suite';
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(uri)) return `${uri} is no address`;
  if (suite.endsWith('/') === components.length > 0)
    return suite.endsWith('/') ? 'a suite that is a path has components' : 'a suite has no components';
  return entriesOf({ uris: [uri], suites: [suite], options }, { where, architecture });
}

/** `name=value`; several of a list are put together by `+=`, and `-=` takes from what apt would have set itself. */
function readOption(text: string, options: Map<string, string>): void {
  const parts = /^([^=+-][^=]*?)([+-]?)=(.*)$/.exec(text);
  if (parts === null) return;
  const [, name = '', operator = '', value = ''] = parts;
  if (operator === '-') return;
  const key = name.toLowerCase();
  const before = options.get(key);
  options.set(key, operator === '+' && before !== undefined ? `${before},${value}` : value);
}
