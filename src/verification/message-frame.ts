import { Buffer } from 'node:buffer';

const OPENPGP_SIGNATURE = '\n-----BEGIN PGP SIGNATURE-----';
/** `Version: GnuPG v2 (GNU/Linux)`, `verify with openbsd-78-base.pub`: words, and nothing that a shell or a parser would obey. */
const PLAIN_WORDS = /^(?:[\w .,:/@+-]|\([\w /.-]+\))*$/;
/**
 * The marks of escaped lines aren't signed, and RFC 9580 section 7.2 lets anybody put one before any line: `b: 2` would be an entry of a
 * list. Those that write messages mark the lines that must or should be.
 */
const NEEDLESS_ESCAPE = /^- (?!-|From )/m;
/** What RFC 9580 section 6.2 lets stand at the end of a line. */
const LINE_REST = /[ \t\r]+$/;

/**
 * Whether what stands in a message and isn't signed is mere words: the headers of its armour, or the comment of signify; and no line is
 * escaped that need not be. Anybody
 * can write there what a program does that reads the file as a whole.
 */
export function hasPlainFrame(message: Uint8Array, form: 'openpgp' | 'signify'): boolean {
  const text = Buffer.from(message.buffer, message.byteOffset, message.length).toString('latin1');
  if (form === 'signify') return linesUntil(text, () => true).every(isPlain);
  return !NEEDLESS_ESCAPE.test(text) && linesUntil(armourOf(text), (line) => line === '').every(isPlain);
}

function isPlain(line: string): boolean {
  return PLAIN_WORDS.test(line);
}

/** In a clear-signed message no line of the text and no header begins with a dash that isn't escaped. */
function armourOf(text: string): string {
  return text.slice(text.indexOf(OPENPGP_SIGNATURE) + 1);
}

/** The lines up to one that is the last. */
function linesUntil(text: string, isLast: (line: string) => boolean): readonly string[] {
  const lines: string[] = [];
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end === -1 ? text.length : end).replace(LINE_REST, '');
    lines.push(line);
    if (end === -1 || isLast(line)) break;
    from = end + 1;
  }
  return lines;
}
