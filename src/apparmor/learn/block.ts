import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import { AbstractionShelf, type UsedAbstraction } from './abstractions.ts';
import { escapeName } from './escape.ts';
import type { Exec } from './exec.ts';
import { type Fact, firstOf } from './fact.ts';
import type { LearnedPath } from './generalise.ts';
import type { LearnInput } from './learn-input.ts';
import type { PatternEngine } from './pattern-engine.ts';
import { joinAccess } from './join-access.ts';
import { learnFiles, type LearnedFiles, type NeedTrees } from './learn-files.ts';
import { joinLinks } from './link-rule.ts';
import type { Need } from './need.ts';
import { NeedTree } from './need-tree.ts';
import { expandedPath, writtenPath } from './path-text.ts';
import { bit, type PermissionBits } from './permissions.ts';
import type { Refused } from './replace.ts';
import type { Decision, Evidence, LearnedBlock, LearnedRule, Uncovered } from './result.ts';
import { fileRuleText, RULE_GROUPS } from './rule-text.ts';
import { Shapes } from './shape.ts';
import type { OtherNeed } from './other-need.ts';
import { type BlockParts, Sorter } from './sorter.ts';

/** Learns one profile, child or hat: what is asked again for every run that is held out is worked out once. */
export class BlockLearner {
  readonly label: ByteText;
  readonly needs: readonly Need[];
  others: readonly OtherNeed[];
  readonly execs: readonly Exec[];
  /** Facts that no rule is or will be written for. */
  readonly open: readonly Fact[];
  readonly decisions: readonly Decision[];
  readonly uncovered: readonly Uncovered[];
  refused: readonly Refused[] = [];
  readonly #parts: BlockParts;
  readonly #shelf: AbstractionShelf;
  readonly #shapes = new Shapes();
  /** Needs that an abstraction knows. */
  readonly #shared: readonly Need[];
  readonly #trees: NeedTrees;

  constructor(parts: BlockParts) {
    const { input, guard } = parts;
    this.#parts = parts;
    this.label = parts.label;
    this.#shelf = new AbstractionShelf(this.#notIncluded(), input.engine, guard);
    const sorted = new Sorter(parts).sort();
    this.needs = sorted.needs;
    this.others = sorted.others;
    this.execs = sorted.execs;
    this.open = sorted.open;
    this.decisions = sorted.decisions;
    this.uncovered = sorted.uncovered;
    this.#shared = this.#shelf.take(this.needs);
    const apart = new Set(this.#shared);
    const by = { isApart: (need: Need) => apart.has(need), shapes: this.#shapes };
    this.#trees = {
      owner: new NeedTree(this.needs, { ...by, isOwner: true }),
      others: new NeedTree(this.needs, { ...by, isOwner: false }),
    };
  }

  get engine(): PatternEngine {
    return this.#parts.input.engine;
  }

  /** What abstractions of some names allow of a need. */
  allowedBy(names: ReadonlySet<string>, need: Need): PermissionBits {
    return this.#shelf.allowed(need, names);
  }

  #notIncluded(): LearnInput['abstractions'] {
    const there = new Set(this.#parts.profile?.includes.map(({ written }) => written.replaceAll(/^[<"]|[>"]$/g, '')));
    return this.#parts.input.abstractions.filter(({ name }) => !there.has(name));
  }

  /** The patterns and abstractions for files, all runs or one left out. */
  learnFiles(without?: number): LearnedFiles & { readonly abstractions: readonly UsedAbstraction[] } {
    const { input, guard } = this.#parts;
    const { measures, engine, observed } = input;
    const abstractions = this.#shelf.choose(this.#shared, measures, without);
    return {
      ...learnFiles(this.#trees, {
        shapes: this.#shapes,
        measures,
        guard,
        engine,
        runs: observed.runs.length,
        without,
        saved: new Set(abstractions.flatMap(({ needs }) => needs)),
      }),
      abstractions,
    };
  }

  learn(): LearnedBlock {
    const { paths, refused, abstractions } = this.learnFiles();
    this.refused = refused;
    const { places, input } = this.#parts;
    const links = this.others.filter(({ group }) => group === 'link');
    const others = this.others.filter(({ group }) => group !== 'link');
    const joinedLinks = joinLinks(links, { places, engine: input.engine, paths });
    this.others = [...others, ...joinedLinks];
    const rules = [
      ...abstractions.map((one) => this.#includeRule(one)),
      ...joinAccess(others).map((other) => this.#otherRule(other)),
      ...joinedLinks.map((link) => this.#linkRule(link)),
      ...this.execs.map((exec) => this.#execRule(exec, paths.find(isOf(exec)))),
      ...paths.filter((path) => !this.execs.some((exec) => isOf(exec)(path))).map((path) => this.#fileRule(path)),
    ];
    return {
      label: this.label,
      ...(this.#parts.newFor !== undefined && { newFor: this.#parts.newFor }),
      rules: rules.toSorted(compareRules),
    };
  }

  #includeRule({ name, rules, rulesHit, needs }: UsedAbstraction): LearnedRule {
    return {
      group: 'include',
      text: `include <${name}>`,
      sortKey: name,
      evidence: this.#evidence(
        needs.flatMap(({ facts }) => facts),
        needs.length,
      ),
      widening: 'none',
      reason: `${String(rulesHit)} of its ${String(rules)} rules were used`,
    };
  }

  #otherRule({ group, text, facts }: OtherNeed): LearnedRule {
    return { group, text, sortKey: text, evidence: this.#evidence(facts, 1), widening: 'none' };
  }

  #linkRule(link: OtherNeed): LearnedRule {
    const names = new Set(link.facts.map(({ event }) => event.name)).size;
    const rule = this.#otherRule(link);
    return { ...rule, evidence: { ...rule.evidence, names }, widening: names > 1 ? 'shape' : 'none' };
  }

  /** With what else was done to the program's file, as most are read when they are started. */
  #execRule({ path, choice, facts }: Exec, more: LearnedPath | undefined): LearnedRule {
    const bits = more?.uses.bits ?? 0;
    const exec = choice.kind === 'inherit' ? 'ix' : choice.kind === 'child' ? `Cx -> ${choice.name}` : 'Px';
    const pattern = escapeName(path);
    return {
      group: 'file',
      text: fileRuleText({ isOwner: false, path: pattern, bits, exec }),
      sortKey: pattern,
      evidence: this.#evidence(facts, 1),
      widening: 'none',
      file: { pattern, bits: bits | bit('x') | (choice.kind === 'inherit' ? bit('m') : 0), isOwner: false },
      reason: choice.reason,
    };
  }

  #fileRule({ segments, isFolder, uses, widening }: LearnedPath): LearnedRule {
    const path = writtenPath(segments, isFolder);
    return {
      group: 'file',
      text: fileRuleText({ isOwner: uses.isOwner, path, bits: uses.bits }),
      sortKey: path,
      evidence: {
        runs: uses.runs.size,
        ofRuns: this.#parts.input.observed.runs.length,
        total: uses.total,
        names: uses.names,
        ...(Number.isFinite(uses.firstMs) && { firstMs: uses.firstMs }),
      },
      widening,
      file: { pattern: expandedPath(segments, isFolder), bits: uses.bits, isOwner: uses.isOwner },
    };
  }

  #evidence(facts: readonly Fact[], names: number): Evidence {
    const firstMs = firstOf(facts);
    return {
      runs: new Set(facts.flatMap(({ counts }) => [...counts.keys()])).size,
      ofRuns: this.#parts.input.observed.runs.length,
      total: facts.reduce((sum, { total }) => sum + total, 0),
      names,
      ...(Number.isFinite(firstMs) && { firstMs }),
    };
  }
}

/** Whether a rule for a file is for a program that was executed, and for everybody as that is. */
function isOf({ path }: Exec): (learned: LearnedPath) => boolean {
  return ({ segments, isFolder, uses, widening }) =>
    widening === 'none' && !uses.isOwner && expandedPath(segments, isFolder) === escapeName(path);
}

function compareRules(a: LearnedRule, b: LearnedRule): number {
  return (
    RULE_GROUPS.indexOf(a.group) - RULE_GROUPS.indexOf(b.group) ||
    compareBytes(a.sortKey, b.sortKey) ||
    compareBytes(a.text, b.text)
  );
}
