export interface MainDocument {
  readonly text: string;
  readonly linesBefore: number;
}

const START = '---\n';
const SEPARATOR = '\n---\n';
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * What is about the project: the second document of a file that starts with `---`, whose first is about pnpm itself.
 * Source: extractMainDocument() of @pnpm/lockfile.fs, yamlDocuments.ts.
 */
export function mainDocument(whole: string): MainDocument {
  const unmarked = whole.startsWith(BYTE_ORDER_MARK) ? whole.slice(1) : whole;
  const text = unmarked.replaceAll('\r\n', '\n');
  if (!text.startsWith(START)) return { text, linesBefore: 0 };
  const separator = text.indexOf(SEPARATOR, START.length);
  if (separator < 0) return { text: '', linesBefore: 0 };
  const start = separator + SEPARATOR.length;
  return { text: text.slice(start), linesBefore: text.slice(0, start).split('\n').length - 1 };
}
