import { type ByteText, toText } from '../../core/byte-text.ts';
import type { Token } from './lexer/token.ts';
import type { Source } from './source.ts';
import type { RulePlace } from './syntax.ts';

const COMMENT_LINE = /^\s*#(?!include\b)(.*)$/;
/** A block of comments longer than this is a chapter's, not a rule's. */
const COMMENT_LINES_LIMIT = 20;
/** Nobody reads more of one line. */
const COMMENT_LIMIT_CHARACTERS = 1024;
/** All but the end of the line. */
const BLANKS = /[^\S\n]*/y;

export function placeOf(first: Token, last: Token): RulePlace {
  const { source } = first;
  const start = source.position(first.start);
  const endLine = last.source === source ? source.lineOf(Math.max(first.start, last.end - 1)) : start.line;
  return { ...start, endLine, includedFrom: source.includedFrom };
}

/** From the first word to the last, comments taken out, on one line. */
export function textOf(first: Token, last: Token): string {
  const { source } = first;
  if (last.source !== source) return first.text.trim();
  let text = '';
  let at = first.start;
  for (const { start, end } of commentsWithin(first, last)) {
    text += source.text.slice(at, start);
    at = end;
  }
  return (text + source.text.slice(at, last.end)).replaceAll(/\s*\n\s*/g, ' ').trim();
}

function commentsWithin(first: Token, last: Token): { start: number; end: number }[] {
  const { comments } = first.source;
  // They are in the order of the text.
  let from = 0;
  for (let end = comments.length; from < end;) {
    const middle = (from + end) >> 1;
    if ((comments[middle]?.start ?? 0) > first.start) end = middle;
    else from = middle + 1;
  }
  const found: { start: number; end: number }[] = [];
  for (; from < comments.length; from += 1) {
    const comment = comments[from];
    if (comment === undefined || comment.end > last.end) break;
    // A comment takes the end of its line with it, which has to stay a blank.
    found.push({ start: comment.start, end: comment.end - 1 });
  }
  return found;
}

/** The comments on the lines directly above, and the one behind. */
export function commentOf(first: Token, last: Token): string | undefined {
  const { source } = first;
  const above = source.commentsAbove(source.lineOf(first.start), (line) => linesAbove(source, line));
  const behind = last.source === source ? commentBehind(source, last.end) : undefined;
  const lines = behind === undefined ? above : [...above, behind];
  if (lines.length === 0) return undefined;
  const text = lines.join('\n');
  return toText(text) ?? text;
}

function linesAbove(source: Source, below: number): readonly ByteText[] {
  const lines: ByteText[] = [];
  for (let line = below - 1; line > 0 && lines.length < COMMENT_LINES_LIMIT; line -= 1) {
    const match = COMMENT_LINE.exec(source.line(line, COMMENT_LIMIT_CHARACTERS));
    if (match === null) break;
    lines.unshift((match[1] ?? '').trim());
  }
  return lines;
}

/** What follows on a line is a comment or another rule; only of a comment it takes long to find its end, and it comes once. */
function commentBehind(source: Source, from: number): ByteText | undefined {
  const { text } = source;
  BLANKS.lastIndex = from;
  const start = BLANKS.test(text) ? BLANKS.lastIndex : from;
  if (text[start] !== '#') return undefined;
  const end = text.indexOf('\n', start);
  const line = text.slice(start, Math.min(end === -1 ? text.length : end, start + COMMENT_LIMIT_CHARACTERS));
  const match = COMMENT_LINE.exec(line.replace(/\r$/, ''));
  return match === null ? undefined : (match[1] ?? '').trim();
}
