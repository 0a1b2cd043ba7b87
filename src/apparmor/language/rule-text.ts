import { toText } from '../../core/byte-text.ts';
import type { Token } from './lexer/token.ts';
import type { RulePlace } from './syntax.ts';

const COMMENT_LINE = /^\s*#(?!include\b)(.*)$/;
/** A block of comments longer than this is a chapter's, not a rule's. */
const COMMENT_LINES_LIMIT = 20;

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
  let from = comments.length;
  while (from > 0 && (comments[from - 1]?.start ?? 0) > first.start) from -= 1;
  // A comment takes the end of its line with it, which has to stay a blank.
  return comments
    .slice(from)
    .filter(({ end }) => end <= last.end)
    .map(({ start, end }) => ({ start, end: end - 1 }));
}

/** The comments on the lines directly above, and the one behind. */
export function commentOf(first: Token, last: Token): string | undefined {
  const { source } = first;
  const lines: string[] = [];
  for (let line = source.lineOf(first.start) - 1; line > 0 && lines.length < COMMENT_LINES_LIMIT; line -= 1) {
    const match = COMMENT_LINE.exec(source.line(line));
    if (match === null) break;
    lines.unshift((match[1] ?? '').trim());
  }
  const end = source.text.indexOf('\n', last.end);
  const rest = last.source === source ? source.text.slice(last.end, end === -1 ? undefined : end) : '';
  const behind = COMMENT_LINE.exec(rest.replace(/\r$/, ''));
  if (behind !== null) lines.push((behind[1] ?? '').trim());
  if (lines.length === 0) return undefined;
  const text = lines.join('\n');
  return toText(text) ?? text;
}
