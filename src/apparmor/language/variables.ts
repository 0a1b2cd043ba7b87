import { type ByteText, shown } from '../../core/byte-text.ts';
import type { Effort } from '../pattern/compare.ts';
import { isAtLeast } from './dialect.ts';
import {
  COMBINATIONS_LIMIT,
  PATTERN_LIMIT_CHARACTERS,
  VALUES_LIMIT,
  VALUES_WORK_LIMIT,
  VARIABLE_DEPTH_LIMIT,
} from './limits.ts';
import type { Dialect } from './syntax.ts';
import { splitVariables, type VariablePart } from './variable-parts.ts';

export type Expanded<Value> =
  { readonly kind: 'expanded'; readonly value: Value } | { readonly kind: 'problem'; readonly message: string };

type Variable =
  | { readonly kind: 'set'; readonly values: ReadonlySet<ByteText> }
  | { readonly kind: 'boolean'; readonly value: boolean };

function problem(message: string): { readonly kind: 'problem'; readonly message: string } {
  return { kind: 'problem', message };
}

/** `@{FOO}`, `@FOO`, `${FOO}` and `$FOO` without what marks them. */
export function variableName(written: string): string {
  return written.replace(/^[@$]\{?/, '').replace(/\}$/, '');
}

/** An expansion, with how many variables are defined by one another in it. */
interface Known {
  readonly values: readonly ByteText[];
  readonly depth: number;
}

type ExpandedSet =
  { readonly kind: 'known'; readonly known: Known } | { readonly kind: 'problem'; readonly message: string };

/** What the variables of a policy stand for; a profile has some of its own besides. */
export class Variables {
  readonly dialect: Dialect;
  readonly #outer: Variables | undefined;
  readonly #variables = new Map<string, Variable>();
  /** Sets of {@link #variables} that get more values. */
  readonly #growing = new Map<string, Set<ByteText>>();
  readonly #expanded = new Map<string, ExpandedSet>();
  readonly #touched = new Map<string, boolean>();
  readonly #names = new Map<string, readonly string[]>();
  readonly #work: Effort;

  constructor(dialect: Dialect, outer?: Variables, work: Effort = { left: VALUES_WORK_LIMIT }) {
    this.dialect = dialect;
    this.#outer = outer;
    this.#work = outer === undefined ? work : outer.#work;
  }

  get(name: string): Variable | undefined {
    return this.#variables.get(name) ?? this.#outer?.get(name);
  }

  set(name: string, variable: Variable): void {
    this.#variables.set(name, variable);
    this.#growing.delete(name);
    this.#forget();
  }

  /** More values for a set that is there. */
  add(name: string, values: readonly ByteText[]): void {
    const known = this.get(name);
    if (known?.kind !== 'set') return;
    const growing = this.#growing.get(name) ?? new Set(known.values);
    for (const value of values) growing.add(value);
    this.#growing.set(name, growing);
    this.#variables.set(name, { kind: 'set', values: growing });
    this.#forget();
  }

  #forget(): void {
    this.#expanded.clear();
    this.#touched.clear();
    this.#names.clear();
  }

  /** The values of a variable, the variables in them expanded. */
  values(name: string): Expanded<readonly ByteText[]> {
    const found = this.#expand(name, new Set());
    return found.kind === 'problem' ? found : { kind: 'expanded', value: found.known.values };
  }

  /** Whether a variable is what it is in all profiles: not by one of a profile's own. */
  #isOuter(name: string, open: ReadonlySet<string>): boolean {
    if (this.#outer === undefined || this.#variables.has(name) || open.size > VARIABLE_DEPTH_LIMIT) return false;
    const known = this.#touched.get(name);
    if (known !== undefined) return !known;
    // One that is defined by itself is refused anyway.
    if (open.has(name)) return true;
    const within = new Set([...open, name]);
    const isTouched = this.#outer.#namesIn(name).some((inner) => !this.#isOuter(inner, within));
    this.#touched.set(name, isTouched);
    return !isTouched;
  }

  /** Variables that the values of one name. */
  #namesIn(name: string): readonly string[] {
    const known = this.#names.get(name);
    if (known !== undefined) return known;
    const variable = this.get(name);
    const names = new Set<string>();
    for (const value of variable?.kind === 'set' ? variable.values : []) {
      const split = splitVariables(value, this.dialect);
      if (split.kind === 'parts') for (const part of split.parts) if (part.kind === 'variable') names.add(part.name);
    }
    this.#names.set(name, [...names]);
    return [...names];
  }

  #expand(name: string, open: ReadonlySet<string>): ExpandedSet {
    if (this.#outer !== undefined && this.#isOuter(name, new Set())) return this.#outer.#expand(name, open);
    if (open.has(name)) return problem(`the variable @{${name}} is defined by itself`);
    const known = this.#expanded.get(name);
    const found = known ?? this.#expandAnew(name, open);
    // What is wrong is wrong by the way that led to it, too.
    if (found.kind === 'known') this.#expanded.set(name, found);
    if (found.kind === 'known' && open.size + found.known.depth > VARIABLE_DEPTH_LIMIT)
      return problem(`more than ${VARIABLE_DEPTH_LIMIT} variables are defined by one another`);
    return found;
  }

  #expandAnew(name: string, open: ReadonlySet<string>): ExpandedSet {
    const variable = this.get(name);
    if (variable === undefined) return problem(`the variable @{${name}} is not defined`);
    if (variable.kind === 'boolean') return problem(`$${name} is a boolean variable and has no values`);
    if (open.size >= VARIABLE_DEPTH_LIMIT)
      return problem(`more than ${VARIABLE_DEPTH_LIMIT} variables are defined by one another`);
    const within = new Set([...open, name]);
    const values = new Set<ByteText>();
    let depth = 0;
    for (const value of variable.values) {
      this.#work.left -= 1;
      const parts = splitVariables(value, this.dialect);
      if (parts.kind === 'problem') return parts;
      const texts = this.#combine(parts.parts, (inner) => {
        const found = this.#expand(inner, within);
        if (found.kind === 'known') depth = Math.max(depth, found.known.depth);
        return found;
      });
      if (texts.kind === 'problem') return texts;
      for (const text of texts.value) values.add(text);
      if (values.size > VALUES_LIMIT) return problem(`the variable @{${name}} has more than ${VALUES_LIMIT} values`);
    }
    return { kind: 'known', known: { values: [...values], depth: depth + 1 } };
  }

  #combine(parts: readonly VariablePart[], valuesOf: (name: string) => ExpandedSet): Expanded<readonly ByteText[]> {
    let texts: readonly ByteText[] = [''];
    for (const part of parts) {
      const found = part.kind === 'text' ? undefined : valuesOf(part.name);
      if (found?.kind === 'problem') return found;
      const values = part.kind === 'text' ? [part.text] : (found?.known.values ?? []);
      const count = texts.length * values.length;
      if (count > VALUES_LIMIT) return problem(`variables have more than ${VALUES_LIMIT} combinations of values`);
      const characters = ((texts[0]?.length ?? 0) + (values[0]?.length ?? 0)) * count;
      this.#work.left -= count + characters;
      if (this.#work.left < 0)
        return problem(
          `the variables of the policy have too many values by one another (more than ${VALUES_WORK_LIMIT} characters of them)`,
        );
      texts = texts.flatMap((text) => values.map((value) => text + value));
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
