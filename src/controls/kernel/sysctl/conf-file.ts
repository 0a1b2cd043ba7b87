import { sysctlPath } from './key.ts';

/** LONG_LINE_MAX of systemd's fileio.h: a line this long ends the reading of its file. */
export const LINE_LIMIT_CHARACTERS = 1024 * 1024;

/** One meaningful line of a sysctl.d file. */
export interface Assignment {
  /** Below /proc/sys; may be a glob(7) pattern. */
  readonly path: string;
  /** `null` for a line such as `-net.ipv4.conf.hub0.*`, which only keeps globs away from a key. */
  readonly value: string | null;
  /** From 1, as systemd counts. */
  readonly line: number;
}

export interface ParsedConfFile {
  readonly assignments: readonly Assignment[];
  /** Lines that systemd-sysctl ignores with a warning, or from which on it reads no further. */
  readonly problems: readonly { readonly line: number; readonly problem: 'not-an-assignment' | 'line-too-long' }[];
}

/** Reads a sysctl.d file as systemd-sysctl does (parse_file() and read_line_full() of systemd 252). */
export function parseConfFile(text: string): ParsedConfFile {
  const assignments: Assignment[] = [];
  const problems: ParsedConfFile['problems'][number][] = [];
  let line = 0;
  for (const content of systemdLines(text)) {
    line += 1;
    if (content.length >= LINE_LIMIT_CHARACTERS) {
      problems.push({ line, problem: 'line-too-long' });
      break;
    }
    const stripped = strip(content);
    if (stripped === '' || stripped.startsWith('#') || stripped.startsWith(';')) continue;
    const assignment = parseLine(stripped, line);
    if (assignment === undefined) problems.push({ line, problem: 'not-an-assignment' });
    else assignments.push(assignment);
  }
  return { assignments, problems };
}

function parseLine(stripped: string, line: number): Assignment | undefined {
  const equals = stripped.indexOf('=');
  const hasDash = stripped.startsWith('-');
  if (equals === -1 && !hasDash) return undefined;
  const name = strip(stripped.slice(hasDash ? 1 : 0, equals === -1 ? undefined : equals));
  return { path: sysctlPath(name), value: equals === -1 ? null : strip(stripped.slice(equals + 1)), line };
}

/** WHITESPACE of systemd's string-util.h, which is less than JavaScript's trim() takes away. */
const WHITESPACE = ' \t\n\r';

/** By hand, because a regular expression for trailing blanks takes quadratic time on a long run of them. */
function strip(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WHITESPACE.includes(text.charAt(start))) start += 1;
  while (end > start && WHITESPACE.includes(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/**
 * Splits where read_line_full() does: at `\n`, `\r`, NUL, and at runs of them in which none comes twice and NUL is last
 * (`\r\n` ends one line, `\n\n` two).
 */
function* systemdLines(text: string): Generator<string> {
  let start = 0;
  const ends = /[\n\r\0]/g;
  for (let match = ends.exec(text); match !== null; match = ends.exec(text)) {
    yield text.slice(start, match.index);
    start = endOfLineEnd(text, match.index);
    ends.lastIndex = start;
  }
  if (start < text.length) yield text.slice(start);
}

function endOfLineEnd(text: string, first: number): number {
  let seen = '';
  let index = first;
  for (; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (!'\n\r\0'.includes(character) || seen.endsWith('\0') || seen.includes(character)) break;
    seen += character;
  }
  return index;
}
