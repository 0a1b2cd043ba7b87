import { type Document, Composer, Lexer, Parser, type YAMLError } from 'yaml';
import { buildTree } from './build-tree.ts';
import { LEXEME_LIMIT, NESTING_LIMIT_LEVELS } from './limits.ts';
import type { Problems } from './problems.ts';
import type { SourceText } from './source-text.ts';
import { explainSyntaxError } from './syntax-error.ts';
import type { MapNode } from './tree.ts';

/** The parser's stack holds the document and the value at hand beside the maps and lists around it. */
const STACK_BESIDE_LEVELS = 2;
const COMPOSER_OPTIONS = {
  version: '1.2',
  schema: 'core',
  merge: false,
  resolveKnownTags: false,
  // The library compares each key with all others, which takes hours for a large map; the tree builder looks them up.
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;

/** How messages speak of a file. */
export interface FileWords {
  /** `blueprint`. */
  readonly noun: string;
  /** What to do about a file that says nothing. */
  readonly whenEmpty: string;
  /** And about one that is a list or a value. */
  readonly whenNoMap: string;
}

const BLUEPRINT: FileWords = {
  noun: 'blueprint',
  whenEmpty: 'The smallest blueprint is the line `version: 1`.',
  whenNoMap: 'Start with the line `version: 1`.',
};

/** Reads a YAML 1.2 text whose top is a map. `undefined` when it isn't one; what is wrong goes to `problems`. */
export function parseYaml(source: SourceText, problems: Problems, words: FileWords = BLUEPRINT): MapNode | undefined {
  const documents = compose(source, problems);
  const [document, second] = documents ?? [];
  if (document === undefined) return undefined;
  const isSound = reportSyntax(source, document, problems);
  if (second !== undefined && !isEmpty(second)) {
    const message = `A second document starts here; a ${words.noun} file holds one.`;
    const [at] = second.range;
    problems.error({ code: 'syntax', message, hint: 'Remove the --- line.', at: source.mark(at) });
  }
  if (document.directives.yaml.explicit === true && document.directives.yaml.version !== '1.2') {
    const message = `A ${words.noun} is YAML 1.2; this file asks for another version.`;
    problems.error({ code: 'syntax', message, hint: 'Remove the %YAML line.', at: source.mark(0) });
    return undefined;
  }
  return isSound ? toMap(source, document, { problems, words }) : undefined;
}

type ComposedDocument = Document.Parsed;

/** Stops at the limits before the library builds anything of what lies beyond them. */
function compose(source: SourceText, problems: Problems): readonly ComposedDocument[] | undefined {
  const lexer = new Lexer();
  const parser = new Parser();
  const tokens = [];
  let lexemes = 0;
  for (const lexeme of lexer.lex(source.text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    lexemes += 1;
    if (parser.stack.length > NESTING_LIMIT_LEVELS + STACK_BESIDE_LEVELS) {
      const message = `Maps and lists are nested more than ${NESTING_LIMIT_LEVELS} levels deep.`;
      problems.error({ code: 'too-deep', message, at: source.mark(parser.offset) });
      return undefined;
    }
    if (lexemes > LEXEME_LIMIT) {
      const message = 'The file has more keys and values than a blueprint may have.';
      problems.error({ code: 'too-large', message, at: source.mark(parser.offset) });
      return undefined;
    }
  }
  for (const token of parser.end()) tokens.push(token);
  return [...new Composer(COMPOSER_OPTIONS).compose(tokens, true, source.text.length)];
}

/** One mistake often makes the parser stumble several times on its line; the first says it. */
function reportSyntax(source: SourceText, document: ComposedDocument, problems: Problems): boolean {
  const found: readonly YAMLError[] = [...document.errors, ...document.warnings];
  const lines = new Set<number | undefined>();
  for (const error of found.toSorted((a, b) => a.pos[0] - b.pos[0])) {
    const at = source.mark(error.pos[0]);
    const { line } = at.position();
    if (lines.has(line)) continue;
    lines.add(line);
    problems.error({ code: 'syntax', ...explainSyntaxError(error), at });
  }
  return found.length === 0;
}

function isEmpty(document: ComposedDocument): boolean {
  const { contents } = document;
  return contents === null || (contents.range[0] === contents.range[1] && document.errors.length === 0);
}

interface ToMapOptions {
  readonly problems: Problems;
  readonly words: FileWords;
}

function toMap(
  source: SourceText,
  document: ComposedDocument,
  { problems, words: { noun, whenEmpty: hint, whenNoMap } }: ToMapOptions,
): MapNode | undefined {
  const { contents } = document;
  if (contents === null || isEmpty(document)) {
    problems.error({ code: 'empty', message: 'The file says nothing.', hint, at: source.mark(0) });
    return undefined;
  }
  const tree = buildTree(source, contents, problems);
  if (tree?.kind === 'map') return tree;
  if (tree !== undefined) {
    const message = `A ${noun} is made of keys and values; this is a ${tree.kind === 'list' ? 'list' : 'single value'}.`;
    problems.error({ code: 'not-a-map', message, hint: whenNoMap, at: tree.mark });
  }
  return undefined;
}
