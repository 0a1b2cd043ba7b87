import { type Alias, isAlias, isMap, isScalar, type Pair, type ParsedNode, type Scalar, type YAMLMap } from 'yaml';
import { nearestName } from '../core/nearest-name.ts';
import { ALIAS_LIMIT, NESTING_LIMIT_LEVELS, VALUE_LIMIT } from './limits.ts';
import type { Problems } from './problems.ts';
import { quote, showName } from './quote.ts';
import type { Mark, SourceText } from './source-text.ts';
import type { MapEntry, Node, ScalarValue } from './tree.ts';

const CORE_TAGS = new Set(
  ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`),
);
const LEADING_ZERO = /^[-+]?0[0-9]/;
const MERGE_KEY = '<<';
/** JavaScript gives this name a meaning of its own in every object. */
const RESERVED_KEY = '__proto__';

/** A node with what it weighs when each alias in it is written out. */
interface Weighed {
  readonly node: Node;
  readonly values: number;
  readonly levels: number;
}

/** Makes our tree of the parser's; `undefined` when a limit is passed. Other problems leave gaps. */
export function buildTree(source: SourceText, root: ParsedNode, problems: Problems): Node | undefined {
  try {
    return new TreeBuilder(source, problems).build(root).node;
  } catch (error) {
    if (error instanceof LimitPassed) return undefined;
    throw error;
  }
}

class LimitPassed extends Error {}

class TreeBuilder {
  readonly #source: SourceText;
  readonly #problems: Problems;
  /** The latest node of each name; an alias means the one before it. `null` while the node itself is being built. */
  readonly #anchors = new Map<string, Weighed | null>();
  #aliases = 0;
  #values = 0;

  constructor(source: SourceText, problems: Problems) {
    this.#source = source;
    this.#problems = problems;
  }

  build(node: ParsedNode): Weighed {
    if (isAlias(node)) return this.#alias(node.source, this.#source.mark(node.range[0]));
    const mark = this.#source.mark(node.range[0]);
    if (node.tag !== undefined && node.tag !== '!' && !CORE_TAGS.has(node.tag)) {
      this.#problems.error({ code: 'syntax', message: `The tag ${quote(node.tag)} is not known.`, at: mark });
      return this.#gap(mark);
    }
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, null);
    const built = this.#content(node, mark);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, built);
    return built;
  }

  #content(node: Exclude<ParsedNode, Alias.Parsed>, mark: Mark): Weighed {
    if (isScalar(node)) return this.#scalar(node, mark);
    return isMap(node) ? this.#map(node, mark) : this.#list(node.items, mark);
  }

  #list(items: readonly ParsedNode[], mark: Mark): Weighed {
    const built = items.map((item) => this.build(item));
    return this.#weigh({ kind: 'list', items: built.map(({ node }) => node), mark }, built);
  }

  #map(map: YAMLMap.Parsed, mark: Mark): Weighed {
    const entries = new Map<string, MapEntry>();
    const built: Weighed[] = [];
    for (const pair of map.items) {
      const key = this.#key(pair);
      const value = pair.value === null ? this.#empty(key?.mark ?? mark) : this.build(pair.value);
      if (key === undefined) continue;
      const first = entries.get(key.name);
      if (first === undefined) entries.set(key.name, { key: key.mark, value: value.node });
      else {
        const line = first.key.position().line ?? 0;
        this.#problems.error({
          code: 'duplicate-key',
          message: `${quote(key.name)} is already there, in line ${line}.`,
          at: key.mark,
        });
      }
      built.push(value);
    }
    return this.#weigh({ kind: 'map', entries, mark }, built);
  }

  #key(pair: Pair<ParsedNode, ParsedNode | null>): { name: string; mark: Mark } | undefined {
    const { key } = pair;
    const mark = this.#source.mark(key.range[0]);
    if (!isScalar(key)) {
      const hint = isAlias(key) ? 'A key that starts with * must be in quotes.' : undefined;
      this.#problems.error({ code: 'invalid-key', message: 'A key must be a text.', at: mark, hint });
      return undefined;
    }
    const name = typeof key.value === 'string' ? key.value : key.source;
    if (name === '' && key.type === 'PLAIN') {
      this.#problems.error({
        code: 'invalid-key',
        message: 'There is no key before this colon.',
        at: mark,
      });
      return undefined;
    }
    if (name === MERGE_KEY) {
      const hint = 'Put what is shared into a file of its own and name it in `extends:`.';
      this.#problems.error({
        code: 'merge-key',
        message: 'The merge key << is YAML 1.1 and is not used in blueprints.',
        at: mark,
        hint,
      });
      return undefined;
    }
    if (name === RESERVED_KEY) {
      this.#problems.error({ code: 'invalid-key', message: `${RESERVED_KEY} can't be a key.`, at: mark });
      return undefined;
    }
    return { name, mark };
  }

  #scalar(scalar: Scalar.Parsed, mark: Mark): Weighed {
    const { value, type, source: written } = scalar;
    if (value === null && type === 'PLAIN' && written === '') return this.#empty(mark);
    const isNumber = typeof value === 'number';
    if (isNumber && !Number.isFinite(value)) {
      const hint = `Put it in quotes if it is meant as text: "${written}"`;
      this.#problems.error({
        code: 'invalid-value',
        message: `${written} is no number that a setting can have.`,
        at: mark,
        hint,
      });
      return this.#gap(mark);
    }
    if (isNumber && type === 'PLAIN' && LEADING_ZERO.test(written)) {
      const hint = `Write 0o${written.replace(/^[-+]?0+/, '')} for octal, ${String(value)} for decimal, or "${written}" for text.`;
      this.#problems.error({
        code: 'ambiguous-number',
        message: `${quote(written)} could be octal or decimal.`,
        at: mark,
        hint,
      });
      return this.#gap(mark);
    }
    if (!isScalarValue(value)) {
      this.#problems.error({
        code: 'invalid-value',
        message: `${quote(written)} is a kind of value that blueprints don't know.`,
        at: mark,
      });
      return this.#gap(mark);
    }
    return this.#weigh({ kind: 'scalar', value, written: typeof value === 'string' ? value : written, mark }, []);
  }

  #gap(mark: Mark): Weighed {
    return this.#weigh({ kind: 'gap', mark }, []);
  }

  #empty(mark: Mark): Weighed {
    return this.#weigh({ kind: 'empty', mark }, []);
  }

  #alias(name: string, mark: Mark): Weighed {
    this.#aliases += 1;
    if (this.#aliases > ALIAS_LIMIT) this.#stop('alias-limit', `More than ${ALIAS_LIMIT} *aliases.`, mark);
    const target = this.#anchors.get(name);
    if (target === null) {
      this.#problems.error({
        code: 'invalid-alias',
        message: `The alias *${showName(name)} stands inside the very value it means.`,
        at: mark,
      });
    } else if (target === undefined) {
      const nearest = nearestName(name, this.#anchors.keys());
      const hint =
        nearest === undefined ? 'A value that starts with * must be in quotes.' : `Did you mean *${showName(nearest)}?`;
      this.#problems.error({
        code: 'invalid-alias',
        message: `There is no anchor &${showName(name)} above this alias.`,
        at: mark,
        hint,
      });
    }
    if (target === null || target === undefined) return this.#gap(mark);
    this.#values += target.values;
    this.#checkValues(mark);
    return target;
  }

  #weigh(node: Node, parts: readonly Weighed[]): Weighed {
    this.#values += 1;
    this.#checkValues(node.mark);
    const isNested = node.kind === 'map' || node.kind === 'list';
    const levels = parts.reduce((most, part) => Math.max(most, part.levels), 0) + (isNested ? 1 : 0);
    if (levels > NESTING_LIMIT_LEVELS) {
      const message = `With its aliases written out, this is nested more than ${NESTING_LIMIT_LEVELS} levels deep.`;
      this.#stop('too-deep', message, node.mark);
    }
    return { node, levels, values: parts.reduce((sum, part) => sum + part.values, 1) };
  }

  #checkValues(mark: Mark): void {
    if (this.#values <= VALUE_LIMIT) return;
    this.#stop(
      'alias-limit',
      `The file stands for more than ${VALUE_LIMIT} values, with its aliases written out.`,
      mark,
    );
  }

  #stop(code: string, message: string, at: Mark): never {
    this.#problems.error({ code, message, at });
    throw new LimitPassed();
  }
}

function isScalarValue(value: unknown): value is ScalarValue {
  return value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}
