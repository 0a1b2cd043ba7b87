import { type ByteText, compareBytes, shown } from '../../core/byte-text.ts';
import type { Neighbours } from '../pattern/neighbours.ts';
import { isSurelyPattern, parsePattern } from '../pattern/pattern.ts';
import { ExecConflicts, type ExecEntry } from './exec-conflicts.ts';
import type { Token } from './lexer/token.ts';
import {
  EXPANDED_LIMIT_CHARACTERS,
  NAMED_TRANSITIONS_LIMIT,
  PATTERN_LIMIT_CHARACTERS,
  PATTERN_OVERHEAD_CHARACTERS,
} from './limits.ts';
import type { PolicyBudget } from './policy-budget.ts';
import type { Problem, Problems } from './problems.ts';
import type { ExecType } from './rules/file-mode.ts';
import { hasNamespace } from './label.ts';
import type { PatternText } from './syntax.ts';
import type { Variables } from './variables.ts';

export interface Alias {
  readonly from: ByteText;
  readonly to: ByteText;
}

export interface ScopeParts {
  readonly profileName: string;
  readonly variables: Variables;
  /** By what they begin with. */
  readonly aliases: Neighbours<Alias>;
  readonly problems: Problems;
  readonly budget: PolicyBudget;
}

export interface PatternOptions {
  /** Doubled slashes are one, and aliases apply. */
  readonly isPath?: boolean;
}

/** What rules are completed by at the end of their profile: its variables, and what they share with each other. */
export class ProfileScope {
  readonly #parts: ScopeParts;
  readonly #conflicts: ExecConflicts;
  readonly #transitions = new Set<string>();

  constructor(parts: ScopeParts) {
    this.#parts = parts;
    this.#conflicts = new ExecConflicts(parts.variables.dialect);
  }

  fail(token: Token, problem: Problem): void {
    this.#parts.problems.error(problem, token.source.position(token.start));
  }

  /** A pattern with its variables expanded; what is wrong with it is told. */
  pattern(token: Token, options: PatternOptions): PatternText {
    const alternation = this.#alternation(token);
    if (alternation === undefined) return { written: token.text, expanded: [] };
    this.#check(token, alternation);
    this.#spend(token, alternation.length);
    const forms = this.#formsOf(token, alternation);
    if (options.isPath !== true) return { written: token.text, expanded: [...new Set(forms)] };
    const aliased = this.#aliased(alternation, token);
    return { written: token.text, expanded: [...new Set([...forms, ...aliased].map(filterSlashes))] };
  }

  /** As the parser compiles it: with `{a,b}` for variables of several values. */
  written(token: Token): ByteText {
    return filterSlashes(this.#alternation(token, { isSilent: true }) ?? token.value);
  }

  /** One text for each combination of values, as far as there is room for them: the alternation means the same. */
  #formsOf(token: Token, alternation: ByteText): readonly ByteText[] {
    const { budget, variables } = this.#parts;
    if (!token.value.includes('@{') || budget.forms.left <= 0) return [alternation];
    const forms = variables.combinations(token.value) ?? [alternation];
    budget.forms.left -= (forms[0]?.length ?? 0) * forms.length;
    return forms;
  }

  #spend(token: Token, characters: number): void {
    const { expansion } = this.#parts.budget;
    const cost = characters + PATTERN_OVERHEAD_CHARACTERS;
    if (expansion.left >= 0 && expansion.left < cost)
      this.fail(token, {
        code: 'policy-too-large',
        message: `the patterns of the policy have more than ${EXPANDED_LIMIT_CHARACTERS} characters, with variables expanded and aliases applied`,
        hint: 'give the variables fewer values, write fewer aliases, or split the policy into several files',
      });
    expansion.left -= cost;
  }

  #alternation(token: Token, { isSilent = false } = {}): ByteText | undefined {
    // What is wrong with one may be wrong with thousands, and each takes its time.
    if (this.#parts.budget.expansion.left < 0 || this.#parts.problems.isFull) return undefined;
    const result = this.#parts.variables.alternation(token.value);
    if (result.kind === 'expanded') return result.value;
    if (!isSilent) this.fail(token, { code: 'variable', message: result.message });
    return undefined;
  }

  #check(token: Token, alternation: ByteText): void {
    if (alternation.length <= PATTERN_LIMIT_CHARACTERS && isSurelyPattern(alternation)) return;
    const parsed = parsePattern(alternation, { limitCharacters: PATTERN_LIMIT_CHARACTERS });
    if (parsed.kind === 'problem')
      this.fail(token, { code: 'pattern', message: `“${shown(token.text)}”: ${parsed.message}` });
  }

  #aliased(pattern: ByteText, token: Token): ByteText[] {
    const aliased: ByteText[] = [];
    for (const { from, to } of this.#parts.aliases.before(pattern)) {
      const text = to + pattern.slice(from.length);
      this.#spend(token, text.length);
      if (this.#parts.budget.expansion.left < 0) break;
      aliased.push(text);
    }
    return aliased.sort(compareBytes);
  }

  /** What tells one way of going on from another; two rules for the same path must have the same. */
  execKey(exec: ExecType, target: string | undefined): string {
    const safety = exec.isUnsafe ? 'unsafe ' : '';
    if (target !== undefined) return `${safety}${exec.fallback ?? ''} -> ${this.#transitionName(exec, target)}`;
    return `${safety}${exec.to ?? ''} ${exec.fallback ?? ''}`;
  }

  #transitionName(exec: Pick<ExecType, 'to'>, target: string): string {
    return exec.to === 'child' && !hasNamespace(target) ? `${this.#parts.profileName}//${target}` : target;
  }

  addTransition(target: string, parts: { readonly exec?: ExecType }, token: Token): void {
    this.#transitions.add(this.#transitionName(parts.exec ?? {}, target));
    if (this.#transitions.size === NAMED_TRANSITIONS_LIMIT + 1)
      this.fail(token, {
        code: 'transitions',
        message: `a profile may name ${NAMED_TRANSITIONS_LIMIT} profiles to go on in, and this is one more`,
      });
  }

  /** A rule that allows to execute, to be compared with all others of the profile. */
  addExec(entry: ExecEntry): void {
    this.#conflicts.add(entry);
    if (entry.second !== undefined) return;
    for (const pattern of this.#aliased(entry.pattern, entry.token))
      this.#conflicts.add({ ...entry, pattern: filterSlashes(pattern) });
  }

  /** Tells of all rules that contradict each other. */
  finish(): void {
    this.#conflicts.report(this.#parts.problems, this.#parts.budget.overlaps);
  }
}

/** Slashes in a row are one; two at the very start are kept, since POSIX lets them mean something else (filter_slashes). */
function filterSlashes(path: ByteText): ByteText {
  const isSpecial = /^\/\/(?!\/)/.test(path);
  return (isSpecial ? '/' : '') + path.slice(isSpecial ? 1 : 0).replaceAll(/\/{2,}/g, '/');
}
