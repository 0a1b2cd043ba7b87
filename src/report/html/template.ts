import { escapeInvisible } from '../text/sanitise.ts';

/** Text that is HTML already: made by {@link html} or vouched for with {@link trusted}. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlValue = Html | string | number | readonly Html[] | null;

const NEEDS_ESCAPE = /[^\x20\x21\x23-\x25\x28-\x3b\x3d\x3f-\x7e]/;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The templates' own text without the indentation of the source; values keep every blank. */
const compacted = new WeakMap<TemplateStringsArray, readonly string[]>();

/** A template whose values are text, escaped for elements and quoted attributes; `null` is nothing. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  const parts = compact(strings);
  let text = parts[0] ?? '';
  for (const [index, value] of values.entries()) text += render(value) + (parts[index + 1] ?? '');
  return new Html(text);
}

function compact(strings: TemplateStringsArray): readonly string[] {
  const known = compacted.get(strings);
  if (known !== undefined) return known;
  const parts = strings.map((part) => part.replace(/\s*\n\s*/g, '\n'));
  compacted.set(strings, parts);
  return parts;
}

/** Vouches for markup that holds no data: our own style sheet, our own script. */
export function trusted(markup: string): Html {
  return new Html(markup);
}

function render(value: HtmlValue): string {
  if (value === null) return '';
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return String(value);
  if (value instanceof Html) return value.text;
  return value.map((part) => part.text).join('');
}

/** Escapes markup, and makes characters visible that would steer the reader's eye; line ends and tabs stay. */
export function escapeHtml(text: string): string {
  if (!NEEDS_ESCAPE.test(text)) return text;
  return text
    .split(/([\n\t])/)
    .map((part) => (part === '\n' || part === '\t' ? part : escapeInvisible(part)))
    .join('')
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
