import { escapeLine, oneLine } from './text/sanitise.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '|': '&#124;',
  '\\': '&#92;',
  '`': '&#96;',
};
const FENCE_LENGTH_MIN = 3;

/**
 * One line of GitHub Flavored Markdown that reads as the text does: no markup, no HTML, no table cell of its own. Empty
 * comments part what forges would turn into mentions, issue numbers and links (GFM spec, 6.9 autolinks).
 */
export function escapeMarkdown(text: string): string {
  return oneLine(text)
    .replace(/[&<>|\\`]/g, (character) => ENTITIES[character] ?? character)
    .replace(/[*_~[\]$]/g, String.raw`\$&`)
    .replace(/^([-+#]|\d+\.)(?=\s|$)/, '&#8203;$1')
    .replace(/@(?=[\w-])|(?<!&)#(?=[\w-])|:(?=\/\/)|\bwww(?=\.)/gi, '$&<!-- -->');
}

/** Text in a fixed-width face that stays on its line, in tables too. */
export function markdownCode(text: string): string {
  return `<code>${escapeMarkdown(text)}</code>`;
}

/** Lines in a block that none of them can end. */
export function markdownBlock(language: string, lines: readonly string[]): readonly string[] {
  const longest = Math.max(0, ...lines.flatMap((line) => line.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(Math.max(FENCE_LENGTH_MIN, longest + 1));
  return [fence + language, ...lines.map(escapeLine), fence];
}
