/** More of a stranger's text is not shown. */
const SHOWN_LIMIT = 200;

/** A text from a signature as part of a sentence: in one line, and nothing that a terminal obeys or hides (Unicode category C). */
export function shown(text: string): string {
  const plain = text.replaceAll(/\p{C}/gu, ' ');
  return plain.length > SHOWN_LIMIT ? `${plain.slice(0, SHOWN_LIMIT)}…` : plain;
}
