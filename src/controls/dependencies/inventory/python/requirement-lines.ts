/** One line as pip sees it: several of the file's where a backslash joins them. */
export interface LogicalLine {
  /** Of the file, where it begins; counts from 1. */
  readonly line: number;
  /** Without the comment; empty where there is nothing else. */
  readonly text: string;
  /** Behind the `#`. */
  readonly comment: string | undefined;
}

interface PhysicalLine {
  readonly line: number;
  readonly text: string;
}

/** `str.splitlines` of Python ends a line at each of these: a comment must not hide what comes behind them. */
const LINE_END = /(\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029])/;
/** Those that an editor counts. */
const COUNTED = /^[\r\n]/;
/** `\s` of Python. */
const BLANK = /[\s\x1c-\x1f\x85]/;

/**
 * `preprocess` of https://github.com/pypa/pip, src/pip/_internal/req/req_file.py, but for the variables of the environment:
 * they are left as they are.
 */
export function logicalLines(text: string): readonly LogicalLine[] {
  const lines: LogicalLine[] = [];
  let parts: string[] = [];
  let first = 0;
  const physical = physicalLines(text.replace(/^\u{feff}/u, ''));
  for (const [index, { line, text: part }] of physical.entries()) {
    if (parts.length === 0) first = line;
    const isComment = commentStart(part) !== -1 && strip(part).startsWith('#');
    const goesOn = part.endsWith('\\') && !isComment;
    parts.push(goesOn ? withoutBackslashes(part) : isComment ? ` ${part}` : part);
    if (goesOn && index < physical.length - 1) continue;
    lines.push(splitComment(first, parts.join('')));
    parts = [];
  }
  return lines;
}

function physicalLines(text: string): readonly PhysicalLine[] {
  const lines: PhysicalLine[] = [];
  let line = 1;
  for (const [index, piece] of text.split(LINE_END).entries()) {
    // The ends stand between the lines.
    if (index % 2 === 0) lines.push({ line, text: piece });
    else if (COUNTED.test(piece)) line += 1;
  }
  return lines;
}

function splitComment(line: number, text: string): LogicalLine {
  const start = commentStart(text);
  if (start === -1) return { line, text: strip(text), comment: undefined };
  return { line, text: strip(text.slice(0, start)), comment: text.slice(start + 1) };
}

/** Where a `#` is the first character or stands behind a blank: others belong to addresses. */
function commentStart(text: string): number {
  let start = text.indexOf('#');
  while (start > 0 && !BLANK.test(text[start - 1] ?? '')) start = text.indexOf('#', start + 1);
  return start;
}

/** `str.strip` of Python, for either end. */
function strip(text: string): string {
  return stripWhere(text, (character) => BLANK.test(character));
}

function withoutBackslashes(text: string): string {
  return stripWhere(text, (character) => character === '\\');
}

function stripWhere(text: string, isStripped: (character: string) => boolean): string {
  let [start, end] = [0, text.length];
  while (start < end && isStripped(text[start] ?? '')) start += 1;
  while (end > start && isStripped(text[end - 1] ?? '')) end -= 1;
  return text.slice(start, end);
}
