import {
  Composer,
  isAlias,
  isMap,
  isScalar,
  Lexer,
  type Pair,
  type ParsedNode,
  Parser,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import { NESTING_LIMIT_LEVELS } from '../limits.ts';
import type { Problems } from '../problems.ts';
import { quote } from '../quote.ts';
import type { Mark, SourceText } from '../source-text.ts';
import { explainSyntaxError } from '../syntax-error.ts';
import type { MapEntry, MapNode, Node } from '../tree.ts';
import { INVENTORY_LEXEME_LIMIT, YAML_VALUE_LIMIT } from './limits.ts';
import { resolvePlain } from './python-scalar.ts';

/** All scalars stay texts: what they mean is for PyYAML's rules to say. */
const COMPOSER_OPTIONS = {
  version: '1.1',
  schema: 'failsafe',
  merge: false,
  resolveKnownTags: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'silent',
} as const;
/** The parser's stack holds the document and the value at hand beside the maps and lists around it. */
const STACK_BESIDE_LEVELS = 2;
const MERGE_KEY = '<<';
const VAULT_TAGS: ReadonlySet<string> = new Set(['!vault', '!vault-encrypted']);
const UNSAFE_TAG = '!unsafe';
const STANDARD = 'tag:yaml.org,2002:';
const TEXT_TAGS: ReadonlySet<string> = new Set([`${STANDARD}str`, `${STANDARD}python/unicode`, '!', UNSAFE_TAG]);
const PLAIN_TAGS: ReadonlySet<string> = new Set(['int', 'float', 'bool', 'null'].map((name) => STANDARD + name));
const COLLECTION_TAGS: ReadonlySet<string> = new Set([`${STANDARD}map`, `${STANDARD}seq`, UNSAFE_TAG]);
/** The same two marks as JSON has them (ansible.parsing.ajson). */
const JSON_VAULT_KEY = '__ansible_vault';
const JSON_UNSAFE_KEY = '__ansible_unsafe';

/**
 * Reads a YAML text as Ansible does: YAML 1.1, `yes` is true, `010` is 8, merge keys, later keys replace earlier ones, `!unsafe` and
 * `!vault` (a gap). Answers `empty` where nothing is in it; `undefined` where it can't be read, with the reasons in `problems`.
 */
export function readPythonYaml(source: SourceText, problems: Problems): Node | undefined {
  const document = compose(source, problems);
  if (document === undefined) return undefined;
  const [root] = document;
  try {
    return root === null || root === undefined
      ? { kind: 'empty', mark: source.mark(0) }
      : new Converter(source, problems).node(root);
  } catch (error) {
    if (error instanceof LimitPassed) return undefined;
    throw error;
  }
}

function compose(source: SourceText, problems: Problems): readonly (ParsedNode | null)[] | undefined {
  const parser = new Parser();
  const tokens = [];
  let lexemes = 0;
  const stop = (message: string): undefined => {
    problems.error({ code: 'too-large', message, at: source.mark(parser.offset) });
  };
  for (const lexeme of new Lexer().lex(source.text)) {
    for (const token of parser.next(lexeme)) tokens.push(token);
    lexemes += 1;
    if (parser.stack.length > NESTING_LIMIT_LEVELS * STACK_BESIDE_LEVELS) {
      return stop('Maps and lists are nested deeper than an inventory may be.');
    }
    if (lexemes > INVENTORY_LEXEME_LIMIT) return stop('The file has more keys and values than an inventory may have.');
  }
  for (const token of parser.end()) tokens.push(token);
  const documents = [...new Composer(COMPOSER_OPTIONS).compose(tokens, true, source.text.length)];
  const errors = documents.flatMap((document) => document.errors);
  const [error] = errors.toSorted((a, b) => a.pos[0] - b.pos[0]);
  if (error !== undefined) {
    problems.error({ code: 'syntax', ...explainSyntaxError(error), at: source.mark(error.pos[0]) });
    return undefined;
  }
  const [, second] = documents;
  if (second?.contents !== null && second !== undefined && second.contents.range[0] !== second.contents.range[1]) {
    const at = source.mark(second.contents.range[0]);
    problems.error({ code: 'syntax', message: 'A second document starts here; Ansible reads files of one.', at });
    return undefined;
  }
  return [documents[0]?.contents ?? null];
}

class LimitPassed extends Error {}

class Converter {
  readonly #source: SourceText;
  readonly #problems: Problems;
  /** `null` while the node itself is being built. */
  readonly #anchors = new Map<string, Node | null>();
  #values = 0;

  constructor(source: SourceText, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  node(node: ParsedNode): Node {
    const mark = this.#source.mark(node.range[0]);
    if (isAlias(node)) return this.#alias(node.source, mark);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, null);
    const built = this.#content(node, mark);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, built);
    return built;
  }

  #content(node: Exclude<ParsedNode, { source: string; type?: never; items?: never }>, mark: Mark): Node {
    this.#count(1, mark);
    if (isScalar(node)) return this.#scalar(node, mark);
    if (node.tag !== undefined && !COLLECTION_TAGS.has(node.tag)) return this.#unknownTag(node.tag, mark);
    if (isMap(node)) return this.#map(node, mark);
    if ('items' in node) return { kind: 'list', mark, items: node.items.map((item: ParsedNode) => this.node(item)) };
    throw new Error('a YAML node is a scalar, a map, a list or an alias');
  }

  #scalar({ tag, type, value }: Scalar.Parsed, mark: Mark): Node {
    const text = typeof value === 'string' ? value : '';
    if (tag !== undefined && VAULT_TAGS.has(tag)) return { kind: 'gap', mark };
    if (tag !== undefined && TEXT_TAGS.has(tag)) return { kind: 'scalar', value: text, written: text, mark };
    if (tag !== undefined && !PLAIN_TAGS.has(tag)) return this.#unknownTag(tag, mark);
    const isPlain = type === 'PLAIN' || tag !== undefined;
    return { kind: 'scalar', value: isPlain ? resolvePlain(text) : text, written: text, mark };
  }

  #map(map: YAMLMap.Parsed, mark: Mark): Node {
    const merged: MapNode[] = [];
    const entries = new Map<string, MapEntry>();
    for (const pair of map.items) {
      if (isMergeKey(pair)) {
        merged.push(...this.#merged(pair));
        continue;
      }
      const key = this.node(pair.key);
      const value: Node = pair.value === null ? scalarNull(key.mark) : this.node(pair.value);
      if (key.kind === 'scalar') entries.set(keyName(key.written), { key: key.mark, value });
      else this.#problems.error({ code: 'invalid-key', message: 'A key must be a text.', at: key.mark });
    }
    const all = new Map<string, MapEntry>();
    // Of several merged maps the first wins, and what the map says itself wins over all (yaml.org/type/merge.html).
    for (const one of merged.toReversed()) {
      this.#count(one.entries.size, mark);
      for (const [name, entry] of one.entries) all.set(name, entry);
    }
    for (const [name, entry] of entries) all.set(name, entry);
    return wrapped(all, mark) ?? { kind: 'map', entries: all, mark };
  }

  #merged({ key, value }: Pair<ParsedNode, ParsedNode | null>): readonly MapNode[] {
    const node = value === null ? undefined : this.node(value);
    const maps = node?.kind === 'list' ? node.items : node === undefined ? [] : [node];
    const found = maps.filter((one) => one.kind === 'map');
    if (found.length === maps.length && node !== undefined) return found;
    const message = 'After the merge key << comes a map or a list of maps.';
    this.#problems.error({ code: 'merge-key', message, at: this.#source.mark(key.range[0]) });
    return [];
  }

  #alias(name: string, mark: Mark): Node {
    const target = this.#anchors.get(name);
    if (target !== undefined && target !== null) {
      this.#count(sizeOf(target, YAML_VALUE_LIMIT), mark);
      return target;
    }
    const message =
      target === null
        ? `The alias ${quote(`*${name}`)} stands inside the very value it means.`
        : `There is no anchor ${quote(`&${name}`)} above this alias.`;
    this.#problems.error({ code: 'invalid-alias', message, at: mark });
    return scalarNull(mark);
  }

  #unknownTag(tag: string, mark: Mark): Node {
    this.#problems.error({
      code: 'syntax',
      message: `The tag ${quote(tag)} is not known in Ansible's files.`,
      at: mark,
    });
    return scalarNull(mark);
  }

  #count(values: number, mark: Mark): void {
    this.#values += values;
    if (this.#values <= YAML_VALUE_LIMIT) return;
    const limit = YAML_VALUE_LIMIT.toLocaleString('en');
    const message = `The file stands for more than ${limit} values, with its aliases written out.`;
    this.#problems.error({ code: 'too-large', message, at: mark });
    throw new LimitPassed();
  }
}

function isMergeKey({ key }: Pair<ParsedNode, ParsedNode | null>): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === MERGE_KEY;
}

/** JavaScript gives `__proto__` a meaning of its own; no variable of Ansible's can have that name either. */
function keyName(written: string): string {
  return written === '__proto__' ? '__proto__ ' : written;
}

function scalarNull(mark: Mark): Node {
  return { kind: 'scalar', value: null, written: '', mark };
}

function wrapped(entries: ReadonlyMap<string, MapEntry>, mark: Mark): Node | undefined {
  if (entries.size !== 1) return undefined;
  if (entries.has(JSON_VAULT_KEY)) return { kind: 'gap', mark };
  return entries.get(JSON_UNSAFE_KEY)?.value;
}

/** How many values a node holds; counting stops at the limit, so that aliases of aliases can't make it long. */
function sizeOf(node: Node, limit: number): number {
  let size = 1;
  const parts =
    node.kind === 'list' ? node.items : node.kind === 'map' ? [...node.entries.values()].map(({ value }) => value) : [];
  for (const part of parts) {
    if (size > limit) break;
    size += sizeOf(part, limit - size);
  }
  return size;
}
