import { type ByteText, shown } from '../../core/byte-text.ts';
import type { Profile } from '../language/syntax.ts';
import { CoveringRules } from './covered.ts';
import type { Exec } from './exec.ts';
import type { Fact } from './fact.ts';
import type { LearnInput } from './learn-input.ts';
import { allowsLink, linkEnds, linkRule } from './link-rule.ts';
import { type Need, needsOf, whyNoPath, withBits } from './need.ts';
import type { OtherNeed } from './other-need.ts';
import { allowsOther } from './other-covered.ts';
import { otherRule } from './other-rules.ts';
import { bit, bitsOfLetters } from './permissions.ts';
import type { Places } from './places.ts';
import type { Decision, Uncovered } from './result.ts';
import type { RuleGroup } from './rule-text.ts';
import type { SensitiveGuard } from './sensitive.ts';

export interface BlockParts {
  readonly input: LearnInput;
  readonly places: Places;
  readonly guard: SensitiveGuard;
  readonly label: ByteText;
  readonly profile: Profile | undefined;
  readonly facts: readonly Fact[];
  readonly execs: readonly Exec[];
  readonly newFor: ByteText | undefined;
}

export interface Sorted {
  readonly needs: readonly Need[];
  readonly others: readonly OtherNeed[];
  readonly execs: readonly Exec[];
  readonly open: readonly Fact[];
  readonly decisions: readonly Decision[];
  readonly uncovered: readonly Uncovered[];
}

/** Tells what a rule can be written for from what is allowed already, what a person has to say, and what has no rule. */
export class Sorter {
  readonly #parts: BlockParts;
  readonly #open: Fact[] = [];
  readonly #decisions: Decision[] = [];
  readonly #uncovered: Uncovered[] = [];

  constructor(parts: BlockParts) {
    this.#parts = parts;
  }

  sort(): Sorted {
    const { facts, places, profile, input } = this.#parts;
    const covering = new CoveringRules(profile?.rules ?? [], input.engine);
    const files: Fact[] = [];
    const links: Fact[] = [];
    const rest: Fact[] = [];
    for (const fact of facts) {
      if (fact.event.verdict === 'AUDIT') continue;
      if (!isFile(fact)) rest.push(fact);
      else if (this.#hasPath(fact)) {
        files.push(fact);
        if (isLink(fact) && !allowsLink(profile?.rules ?? [], fact, covering)) links.push(fact);
      }
    }
    const needs: Need[] = [];
    for (const need of needsOf(files, places)) {
      const left = this.#need(need, covering);
      if (left !== undefined) needs.push(left);
    }
    const others = this.#others(rest, links);
    const execs = this.#execs(covering);
    return { needs, others, execs, open: this.#open, decisions: this.#decisions, uncovered: this.#uncovered };
  }

  #hasPath(fact: Fact): boolean {
    const reason = whyNoPath(fact);
    if (reason === undefined) return true;
    this.#open.push(fact);
    const what = fact.event.name ?? '(no name)';
    if (!fact.event.isDisconnected) {
      this.#uncovered.push({ label: this.#parts.label, what: shown(what), reason, total: fact.total });
      return false;
    }
    const yes =
      'write flags=(attach_disconnected) at the profile: it then takes such paths for paths from /, which lets two files have one name';
    this.#decisions.push({
      kind: 'disconnected',
      label: this.#parts.label,
      what: shown(what),
      reason,
      yes,
      total: fact.total,
    });
    return false;
  }

  /** What is left of a need when the rules that are there have been asked. */
  #need(need: Need, covering: CoveringRules): Need | undefined {
    // Links and executing have rules of their own.
    const wanted = need.bits & ~(bit('x') | bit('l'));
    const bits = wanted & ~covering.allowed(need.path, need.isOwner);
    if (bits === 0) return undefined;
    const denial = covering.denial(need.path, need.isOwner, wanted);
    if (denial !== undefined) {
      this.#leave(need, `line ${String(denial.place.line)} denies it: ${denial.text}`);
      return undefined;
    }
    const sensitive = this.#parts.guard.ofName(need.path, { bits, isOwner: need.isOwner });
    if (sensitive === undefined) return withBits(need, bits);
    for (const fact of need.facts) this.#open.push(fact);
    this.#decisions.push({
      kind: 'sensitive',
      label: this.#parts.label,
      what: shown(need.path),
      reason: `${sensitive.title}: ${sensitive.why}`,
      yes: `--allow-sensitive ${sensitive.id}`,
      total: totalOf(need.facts),
    });
    return undefined;
  }

  #leave(need: Need, reason: string): void {
    for (const fact of need.facts) this.#open.push(fact);
    this.#uncovered.push({ label: this.#parts.label, what: shown(need.path), reason, total: totalOf(need.facts) });
  }

  #others(facts: readonly Fact[], links: readonly Fact[]): readonly OtherNeed[] {
    const { profile, input, label, places } = this.#parts;
    const byText = new Map<ByteText, { readonly group: RuleGroup; readonly facts: Fact[] }>();
    for (const fact of [...facts, ...links]) {
      if (isFile(fact) && this.#isSensitiveLink(fact)) continue;
      const made = isFile(fact) ? linkRule(fact, places) : otherRule(fact.event, input.dialect);
      if (made.kind === 'uncovered') {
        this.#open.push(fact);
        const what = `${fact.event.operation} ${fact.event.name ?? ''}`.trim();
        this.#uncovered.push({ label, what: shown(what), reason: made.reason, total: fact.total });
      } else if (profile?.rules.some((rule) => allowsOther(rule, fact.event, made.text)) !== true) {
        const same = byText.get(made.text);
        if (same === undefined) byText.set(made.text, { group: made.group, facts: [fact] });
        else same.facts.push(fact);
      }
    }
    return [...byText].map(([text, { group, facts: own }]) => ({ group, text, facts: own }));
  }

  /** Under its new name a file is read and written by the rules for that name: a link gives away what it leads to. */
  #isSensitiveLink(fact: Fact): boolean {
    const { guard, label, places } = this.#parts;
    const { isOwner, total } = fact;
    const ends = linkEnds(fact, places);
    const sensitive =
      ends &&
      (guard.ofPattern(ends.target.expanded, { bits: bit('r') | bit('w'), isOwner }) ??
        guard.ofPattern(ends.name.expanded, { bits: bit('l'), isOwner }));
    if (sensitive === undefined) return false;
    const { name = '', target = '' } = fact.event;
    this.#open.push(fact);
    this.#decisions.push({
      kind: 'sensitive',
      label,
      what: `link ${shown(name)} -> ${shown(target)}`,
      reason: `${sensitive.title}: ${sensitive.why}`,
      yes: `--allow-sensitive ${sensitive.id}`,
      total,
    });
    return true;
  }

  #execs(covering: CoveringRules): readonly Exec[] {
    return this.#parts.execs.filter((exec) => {
      const isAllowed = (covering.allowed(exec.path, false) & bit('x')) !== 0;
      if (isAllowed) return false;
      const denial = covering.denial(exec.path, false, bit('x'));
      if (denial !== undefined) {
        for (const fact of exec.facts) this.#open.push(fact);
        const reason = `line ${String(denial.place.line)} denies it: ${denial.text}`;
        this.#uncovered.push({ label: exec.block, what: shown(exec.path), reason, total: totalOf(exec.facts) });
        return false;
      }
      if (exec.choice.kind !== 'open') return true;
      for (const fact of exec.facts) this.#open.push(fact);
      this.#decisions.push({
        kind: 'exec',
        label: exec.block,
        what: shown(exec.path),
        reason: exec.choice.reason,
        yes: `--allow-exec ${shown(exec.path)}`,
        total: totalOf(exec.facts),
      });
      return false;
    });
  }
}

function isFile({ event }: Fact): boolean {
  return event.class === 'file' && !event.operation.startsWith('change_') && !event.operation.startsWith('stack');
}

function isLink({ event }: Fact): boolean {
  return (bitsOfLetters(event.requested) & bit('l')) !== 0;
}

function totalOf(facts: readonly Fact[]): number {
  return facts.reduce((sum, { total }) => sum + total, 0);
}
