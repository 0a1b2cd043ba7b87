import { type ByteText, toText } from '../../core/byte-text.ts';

const OCTAL_DIGITS = 3;
const OCTAL = 8;

/** What means something in a pattern; `parser_misc.c: processunquoted` hands a backslash before these on. */
const META = /[*?[\]{}^,]/;
/** Not text, or not shown as it is: control and format characters, separators that look like spaces or end lines. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/u;
/** What needs no quotes around it; parser_lex.l: ID_CHARS, less what a reader would stumble over. */
const PLAIN = /^[A-Za-z0-9/._+:@~%\-*?[\]{}^\\]+$/;
/** A comma inside braces is no end of the rule for the parser's lexer, as long as no space follows it. */
const PLAIN_WITH_ALTERNATIVES = /^[A-Za-z0-9/._+:@~%\-*?[\]{}^\\,]+[^,\\]$/;

/** Most names have nothing but what means itself and is shown as it is. */
const UNESCAPED = /^[ !#$%&'()+\-./0-9:;<=>@A-Z_`a-z|~]*$/;

/**
 * A pattern that matches one name and nothing else. A backslash and a quote become numbers, as parser_lex.l: QUOTED_ID takes a
 * backslash before a quote for part of the name however many backslashes stand before it.
 */
export function escapeName(name: ByteText): ByteText {
  if (UNESCAPED.test(name)) return name;
  const isText = toText(name) !== undefined;
  let escaped = '';
  for (const [, piece = ''] of name.matchAll(isText ? PIECES_OF_TEXT : PIECES_OF_BYTES)) escaped += escapePiece(piece);
  return escaped;
}

/** UTF-8 sequences as one piece each, as latin1 characters. */
const PIECES_OF_TEXT = /([\u0000-\u007f]|[\u00c0-\u00ff][\u0080-\u00bf]+)/g;
const PIECES_OF_BYTES = /([\u0000-\u00ff])/g;

function escapePiece(piece: ByteText): ByteText {
  if (META.test(piece)) return `\\${piece}`;
  const text = piece === '"' || piece === '\\' ? undefined : toText(piece);
  return text === undefined || UNSHOWN.test(text)
    ? Array.from(piece, (byte) => `\\${byte.charCodeAt(0).toString(OCTAL).padStart(OCTAL_DIGITS, '0')}`).join('')
    : piece;
}

/** A pattern as it is written in a rule: in quotes where it needs them. */
export function quotePattern(pattern: ByteText): ByteText {
  const isPlain = pattern.includes('{') ? PLAIN_WITH_ALTERNATIVES : PLAIN;
  return isPlain.test(pattern) ? pattern : `"${pattern}"`;
}
