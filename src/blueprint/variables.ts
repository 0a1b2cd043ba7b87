import type { Json } from '../core/json.ts';
import { nearestName } from '../core/nearest-name.ts';
import { VARIABLE_NAME } from './frame.ts';
import { SUBSTITUTION_LIMIT_CHARACTERS } from './limits.ts';
import type { Problems } from './problems.ts';
import { quote } from './quote.ts';
import type { GapNode, MapNode, Node, ScalarNode } from './tree.ts';

/** Names and what they stand for. */
export type Variables = ReadonlyMap<string, ScalarNode>;

type Part = { readonly kind: 'text' | 'reference' | 'malformed'; readonly text: string };

/** Cuts a text at its `${name}`s; `$${` is a plain `${`. Every other `$` is itself. */
function* partsOf(text: string): Generator<Part> {
  let from = 0;
  for (let at = text.indexOf('${'); at !== -1; at = text.indexOf('${', from)) {
    if (text[at - 1] === '$' && at > from) {
      yield { kind: 'text', text: `${text.slice(from, at - 1)}\${` };
      from = at + 2;
      continue;
    }
    yield { kind: 'text', text: text.slice(from, at) };
    const end = text.indexOf('}', at);
    const name = end === -1 ? '' : text.slice(at + 2, end);
    if (!VARIABLE_NAME.test(name)) {
      yield { kind: 'malformed', text: text.slice(at) };
      return;
    }
    yield { kind: 'reference', text: name };
    from = end + 1;
  }
  yield { kind: 'text', text: text.slice(from) };
}

/** The variables of `variables:`, whose values are taken as they are: none stands inside another. */
export function readVariables(map: MapNode, problems: Problems): Variables {
  const variables = new Map<string, ScalarNode>();
  for (const [name, { value: node }] of map.entries) {
    if (node.kind !== 'scalar') continue;
    const parts = typeof node.value === 'string' ? [...partsOf(node.value)] : [];
    if (parts.some(({ kind }) => kind !== 'text')) {
      const message = `The variable ${name} uses another variable; that is not followed.`;
      problems.error({ code: 'invalid-variable', message, hint: 'Write $${ for a plain ${.', at: node.mark });
    }
    variables.set(name, typeof node.value === 'string' ? withText(node, parts.map(({ text }) => text).join('')) : node);
  }
  return variables;
}

/** Templates of Ansible: nobody here fills them in. */
const TEMPLATE = /\{\{|\{%/;

/** Puts a host's own values in the place of those that the blueprint gives to its variables. */
export function overrideVariables(
  variables: Variables,
  given: Readonly<Record<string, Json>>,
  problems: Problems,
): Variables {
  const overridden = new Map(variables);
  for (const [name, node] of variables) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (value === undefined) continue;
    if (typeof value === 'object' && value !== null) {
      const message = `The inventory gives the variable ${name} a list or a map; it can be a text, a number, true or false.`;
      problems.error({ code: 'invalid-variable', message, at: node.mark });
    } else if (typeof value === 'string' && TEMPLATE.test(value)) {
      const message = `The inventory gives the variable ${name} the template ${quote(value)}, which is not filled in.`;
      problems.error({ code: 'invalid-variable', message, hint: 'Write the value itself.', at: node.mark });
    } else overridden.set(name, { ...node, value, written: String(value) });
  }
  return overridden;
}

/** Puts values in the place of `${name}` in every text of a tree, and tells which variables were used. */
export class Substitution {
  readonly used = new Set<string>();
  readonly #variables: Variables;
  readonly #problems: Problems;
  #added = 0;

  constructor(variables: Variables, problems: Problems) {
    this.#variables = variables;
    this.#problems = problems;
  }

  map(node: MapNode): MapNode {
    const entries = [...node.entries].map(
      ([key, entry]) => [key, { ...entry, value: this.#node(entry.value) }] as const,
    );
    return { ...node, entries: new Map(entries) };
  }

  #node(node: Node): Node {
    if (node.kind === 'map') return this.map(node);
    if (node.kind === 'list') return { ...node, items: node.items.map((item) => this.#node(item)) };
    return node.kind === 'scalar' && typeof node.value === 'string' ? this.#text(node, node.value) : node;
  }

  /** A text that is one variable and nothing else becomes its value, be it a number or a text. */
  #text(node: ScalarNode, text: string): ScalarNode | GapNode {
    if (!text.includes('${')) return node;
    const parts = [...partsOf(text)].filter((part) => part.kind !== 'text' || part.text !== '');
    const filled = parts.map((part) => this.#fill(part, node));
    const [first] = filled;
    if (parts[0]?.kind === 'reference' && first !== undefined && parts.length === 1)
      return { ...first, mark: node.mark };
    if (filled.includes(undefined)) return { kind: 'gap', mark: node.mark };
    return withText(node, filled.map((part) => part?.written ?? '').join(''));
  }

  /** What stands in the place of a part; `undefined` when nothing can, and the reason has been told. */
  #fill({ kind, text }: Part, node: ScalarNode): ScalarNode | undefined {
    if (kind === 'text') return withText(node, text);
    if (kind === 'reference') return this.#lookUp(text, node);
    const message = `${quote(text)} is no variable: after \${ come a name and }.`;
    this.#problems.error({ code: 'invalid-variable', message, hint: 'Write $${ for a plain ${.', at: node.mark });
    return undefined;
  }

  #lookUp(name: string, node: ScalarNode): ScalarNode | undefined {
    const value = this.#variables.get(name);
    if (value === undefined) {
      const nearest = nearestName(name, this.#variables.keys());
      const hint =
        nearest === undefined ? 'Add it to `variables:`, or write $${ for a plain ${.' : `Did you mean ${nearest}?`;
      this.#problems.error({
        code: 'undefined-variable',
        message: `There is no variable ${name}.`,
        hint,
        at: node.mark,
      });
      return undefined;
    }
    this.used.add(name);
    this.#added += value.written.length;
    if (this.#added <= SUBSTITUTION_LIMIT_CHARACTERS) return value;
    if (this.#added - value.written.length <= SUBSTITUTION_LIMIT_CHARACTERS) {
      const message = `Variables make this blueprint longer by more than ${SUBSTITUTION_LIMIT_CHARACTERS} characters.`;
      this.#problems.error({ code: 'too-large', message, at: node.mark });
    }
    return undefined;
  }
}

function withText(node: ScalarNode, text: string): ScalarNode {
  return { ...node, value: text, written: text };
}
