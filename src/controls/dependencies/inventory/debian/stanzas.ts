/** One field of a stanza. */
export interface StanzaField {
  /** Its lines put together, without blanks around. */
  readonly value: string;
  readonly line: number;
}

/** Fields by their names in lower case: "Field names are not case-sensitive" (deb822(5)). */
export interface Stanza {
  readonly line: number;
  readonly fields: ReadonlyMap<string, StanzaField>;
}

export interface StanzaReader {
  readonly stanza: (stanza: Stanza) => void;
  readonly badLine: (line: number, written: string) => void;
}

/** Field names are "US-ASCII characters excluding control characters, space, and colon", and don't start with `#` or `-` (deb822(5)). */
const FIELD_NAME = /^[!"$-,.-9;-~][!-9;-~]*$/;
const BYTE_ORDER_MARK = '\uFEFF';

/** Goes through the stanzas of a text as deb822(5) describes them, in one pass; of each the wanted fields are kept. */
export function readStanzas(text: string, wanted: ReadonlySet<string>, reader: StanzaReader): void {
  let [line, first] = [0, 0];
  let fields = new Map<string, { parts: string[]; line: number }>();
  let open: string[] | undefined;
  const close = (): void => {
    if (first > 0) reader.stanza({ line: first, fields: joined(fields) });
    first = 0;
    fields = new Map();
    open = undefined;
  };
  for (let start = text.startsWith(BYTE_ORDER_MARK) ? 1 : 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const [from, mark] = [start, text[start]];
    line += 1;
    start = end + 1;
    if (mark === '#') continue;
    if (mark === ' ' || mark === '\t') {
      // "A paragraph separator consists of lines of spaces and tabs" too, and what continues a field has more in it.
      const part = open === undefined && first > 0 ? '' : text.slice(from, end).trim();
      if (part === '' && isBlank(text, from, end)) close();
      else if (first === 0) reader.badLine(line, part);
      else open?.push(part);
      continue;
    }
    const written = text.slice(from, end);
    if (written.trim() === '') {
      close();
      continue;
    }
    const colon = written.indexOf(':');
    const name = written.slice(0, Math.max(colon, 0)).trimEnd();
    open = undefined;
    if (colon < 0 || !FIELD_NAME.test(name)) {
      reader.badLine(line, written);
      continue;
    }
    if (first === 0) first = line;
    const key = name.toLowerCase();
    // dpkg refuses a field that is there twice; the first is as good as the second.
    if (!wanted.has(key) || fields.has(key)) continue;
    open = [written.slice(colon + 1).trim()];
    fields.set(key, { parts: open, line });
  }
  close();
}

function isBlank(text: string, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    if (text[index] !== ' ' && text[index] !== '\t' && text[index] !== '\r') return false;
  }
  return true;
}

function joined(fields: ReadonlyMap<string, { parts: readonly string[]; line: number }>): Stanza['fields'] {
  return new Map([...fields].map(([name, { parts, line }]) => [name, { value: parts.join(' ').trim(), line }]));
}
