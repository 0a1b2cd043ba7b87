import { quoted } from '../printable.ts';
import type { InventoryProblem } from '../package.ts';
import { problemAt } from './npm-text.ts';

/** One entry of yarn.lock of Yarn 1. */
export interface ClassicBlock {
  readonly line: number;
  readonly descriptors: readonly string[];
  readonly fields: ReadonlyMap<string, string>;
  /** Names and ranges, of its dependencies and optional dependencies. */
  readonly needs: ReadonlyMap<string, string>;
}

interface OpenBlock extends ClassicBlock {
  readonly fields: Map<string, string>;
  readonly needs: Map<string, string>;
}

const NEEDS: ReadonlySet<string> = new Set(['dependencies', 'optionalDependencies']);
const FIELD_INDENT = 2;
const ITEM_INDENT = 4;
/**
 * A quoted text as JSON has it, or one that runs to a blank or a comma. A quotation that doesn't end takes the rest: to look for
 * another end from each of its marks would take the square of its length.
 */
const TOKEN = /"(?:[^"\\]|\\.)*\\?(?:"|$)|[^\s",]+/gs;
const LINE_LIMIT_CHARACTERS = 100_000;
const PROBLEM_LIMIT = 100;

/**
 * Reads the blocks line by line, as Yarn 1 writes them (src/lockfile/stringify.js of yarnpkg/yarn): one that can't be read, such as
 * the marks of a merge, is told and passed over, where the grammar of @yarnpkg/parsers gives up the whole file.
 */
export function readClassicBlocks(text: string, path: string, problems: InventoryProblem[]): readonly ClassicBlock[] {
  const blocks: OpenBlock[] = [];
  let [line, section] = [0, ''];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    line += 1;
    const written = end - start > LINE_LIMIT_CHARACTERS ? undefined : text.slice(start, end).trimEnd();
    start = end + 1;
    const content = written?.trimStart().replace(/^\uFEFF/, '');
    if (content === '' || content?.startsWith('#') === true) continue;
    const indent = (written?.length ?? 0) - (content?.length ?? 0);
    const tokens = content === undefined ? [] : tokensOf(content);
    const block = blocks.at(-1);
    const [name = '', value] = tokens;
    if (indent === 0 && content?.endsWith(':') === true && tokens.length > 0) {
      blocks.push({ line, descriptors: tokens, fields: new Map(), needs: new Map() });
      section = '';
    } else if (indent === FIELD_INDENT && tokens.length === 1 && content?.endsWith(':') === true) section = name;
    else if (indent === FIELD_INDENT && block !== undefined && value !== undefined) {
      block.fields.set(name, value);
      section = '';
    } else if (indent === ITEM_INDENT && block !== undefined && value !== undefined) {
      if (NEEDS.has(section)) block.needs.set(name, value);
    } else if (problems.length < PROBLEM_LIMIT) {
      problems.push(problemAt(path, line, `${quoted(content ?? '')} is no line of such a file; it is left out.`));
    }
  }
  return blocks;
}

function tokensOf(content: string): readonly string[] {
  const body = content.endsWith(':') ? content.slice(0, -1) : content;
  return [...body.matchAll(TOKEN)].map(([token]) => {
    if (!token.startsWith('"')) return token;
    try {
      const value: unknown = JSON.parse(token);
      return typeof value === 'string' ? value : token;
    } catch {
      return token;
    }
  });
}
