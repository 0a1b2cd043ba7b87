import { type ByteText, shown } from '../../core/byte-text.ts';
import { isAtLeast } from './dialect.ts';
import { COMBINATIONS_LIMIT, PATTERN_LIMIT_CHARACTERS, VALUES_LIMIT, VARIABLE_DEPTH_LIMIT } from './limits.ts';
import type { Dialect } from './syntax.ts';
import { splitVariables, type VariablePart } from './variable-parts.ts';

export type Expanded<Value> =
  { readonly kind: 'expanded'; readonly value: Value } | { readonly kind: 'problem'; readonly message: string };

type Variable =
  | { readonly kind: 'set'; readonly values: readonly ByteText[] }
  | { readonly kind: 'boolean'; readonly value: boolean };

function problem(message: string): { readonly kind: 'problem'; readonly message: string } {
  return { kind: 'problem', message };
}

/** `@{FOO}`, `@FOO`, `${FOO}` and `$FOO` without what marks them. */
export function variableName(written: string): string {
  return written.replace(/^[@$]\{?/, '').replace(/\}$/, '');
}

/** What the variables of a policy stand for. */
export class Variables {
  readonly dialect: Dialect;
  readonly #variables: Map<string, Variable>;
  readonly #expanded = new Map<string, Expanded<readonly ByteText[]>>();

  constructor(dialect: Dialect, from?: Variables) {
    this.dialect = dialect;
    this.#variables = new Map(from?.entries());
  }

  entries(): Iterable<[string, Variable]> {
    return this.#variables;
  }

  get(name: string): Variable | undefined {
    return this.#variables.get(name);
  }

  set(name: string, variable: Variable): void {
    this.#variables.set(name, variable);
    this.#expanded.clear();
  }

  /** The values of a variable, the variables in them expanded. */
  values(name: string): Expanded<readonly ByteText[]> {
    const known = this.#expanded.get(name);
    if (known !== undefined) return known;
    const result = this.#expand(name, new Set());
    this.#expanded.set(name, result);
    return result;
  }

  #expand(name: string, open: ReadonlySet<string>): Expanded<readonly ByteText[]> {
    const variable = this.#variables.get(name);
    if (variable === undefined) return problem(`the variable @{${name}} is not defined`);
    if (variable.kind === 'boolean') return problem(`$${name} is a boolean variable and has no values`);
    if (open.has(name)) return problem(`the variable @{${name}} is defined by itself`);
    if (open.size >= VARIABLE_DEPTH_LIMIT)
      return problem(`more than ${VARIABLE_DEPTH_LIMIT} variables are defined by one another`);
    const within = new Set([...open, name]);
    const values = new Set<ByteText>();
    for (const value of variable.values) {
      const parts = splitVariables(value, this.dialect);
      if (parts.kind === 'problem') return parts;
      const texts = this.#combine(parts.parts, (inner) => this.#expand(inner, within));
      if (texts.kind === 'problem') return texts;
      for (const text of texts.value) values.add(text);
      if (values.size > VALUES_LIMIT) return problem(`the variable @{${name}} has more than ${VALUES_LIMIT} values`);
    }
    return { kind: 'expanded', value: [...values] };
  }

  #combine(
    parts: readonly VariablePart[],
    valuesOf: (name: string) => Expanded<readonly ByteText[]>,
  ): Expanded<readonly ByteText[]> {
    let texts: readonly ByteText[] = [''];
    for (const part of parts) {
      const values = part.kind === 'text' ? { kind: 'expanded' as const, value: [part.text] } : valuesOf(part.name);
      if (values.kind === 'problem') return values;
      if (texts.length * values.value.length > VALUES_LIMIT)
        return problem(`variables have more than ${VALUES_LIMIT} combinations of values`);
      texts = texts.flatMap((text) => values.value.map((value) => text + value));
      if ((texts[0]?.length ?? 0) > PATTERN_LIMIT_CHARACTERS) return problem('the values of a variable are too long');
    }
    return { kind: 'expanded', value: texts };
  }

  /** With `{a,b}` where a variable has several values: the form in which the parser compiles a pattern. */
  alternation(text: ByteText): Expanded<ByteText> {
    if (!text.includes('@{')) return { kind: 'expanded', value: text };
    const split = splitVariables(text, this.dialect);
    if (split.kind === 'problem') return split;
    let result = '';
    for (const [index, part] of split.parts.entries()) {
      if (part.kind === 'text') {
        result += part.text;
        continue;
      }
      const values = this.values(part.name);
      if (values.kind === 'problem') return values;
      const next = split.parts[index + 1];
      const trimmed = this.#trimmed(values.value, { before: result, after: next?.kind === 'text' ? next.text : '' });
      result += trimmed.length === 1 ? (trimmed[0] ?? '') : `{${trimmed.join(',')}}`;
      if (result.length > PATTERN_LIMIT_CHARACTERS)
        return problem(`“${shown(text.slice(0, 80))}” is too long with its variables expanded`);
    }
    return { kind: 'expanded', value: result };
  }

  /**
   * One text for each combination; `undefined` where there are too many, or where a star of a value would touch what stands beside the
   * variable: the parser has `{…}` between them, so that `c*` and `*` are no `**`, and `*` needs no character as it does after a slash.
   */
  combinations(text: ByteText): readonly ByteText[] | undefined {
    const split = splitVariables(text, this.dialect);
    if (split.kind === 'problem') return undefined;
    let texts: readonly ByteText[] = [''];
    for (const [index, part] of split.parts.entries()) {
      if (part.kind === 'text') {
        texts = texts.map((one) => one + part.text);
        continue;
      }
      const values = this.values(part.name);
      if (values.kind === 'problem' || texts.length * values.value.length > COMBINATIONS_LIMIT) return undefined;
      const [before, after] = [textOf(split.parts[index - 1]), textOf(split.parts[index + 1])];
      if (
        values.value.length > 1 &&
        values.value.some((value) =>
          touches(value, { before, after, isFirst: index === 1, isLast: index === split.parts.length - 2 }),
        )
      )
        return undefined;
      const trimmed = this.#trimmed(values.value, { before, after });
      texts = texts.flatMap((one) => trimmed.map((value) => one + value));
    }
    return texts;
  }

  /** `/home/` between `/` and `/x` must not double the slashes (expand_by_alternation). */
  #trimmed(values: readonly ByteText[], around: { before: string; after: string }): readonly ByteText[] {
    const isNewest = isAtLeast(this.dialect, '5.0');
    if (values.length === 1 && !isNewest) return values;
    const isLeading = around.before.endsWith('/') && (!isNewest || /[^/]/.test(around.before));
    const isTrailing = around.after.startsWith('/');
    return values.map((value) => {
      const cut = isLeading ? value.replace(/^\/+/, '') : value;
      return isTrailing ? cut.replace(/(?<!\/)\/+$/, '') : cut;
    });
  }
}

function textOf(part: VariablePart | undefined): ByteText {
  return part?.kind === 'text' ? part.text : '';
}

interface Around {
  readonly before: ByteText;
  readonly after: ByteText;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** Between two variables there is no text; nobody knows here what the other one begins or ends with. */
function touches(value: ByteText, { before, after, isFirst, isLast }: Around): boolean {
  const isOpenAfter = after === '' ? !isLast : after.startsWith('*');
  const isOpenBefore = before === '' ? !isFirst : /[*/]$/.test(before);
  return (
    (isOpenAfter && /[*/]$/.test(value)) ||
    (isOpenBefore && (value.startsWith('*') || (before === '' && value.startsWith('/'))))
  );
}
