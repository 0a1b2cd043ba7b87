import { type ByteText, compareBytes } from '../../core/byte-text.ts';
import type { FileRule, LinkRule, Profile } from '../language/syntax.ts';
import { CoveringRules } from './covered.ts';
import type { Fact } from './fact.ts';
import type { PatternEngine } from './pattern-engine.ts';
import { bit, bitsOf, type PermissionBits } from './permissions.ts';
import type { AllowedSensitive, LearnedBlock, UnusedRules } from './result.ts';
import type { SensitiveGuard } from './sensitive.ts';

export interface Reviewed {
  readonly blocks: readonly LearnedBlock[];
  /** The profile, its children and hats as they are, by their labels. */
  readonly there: ReadonlyMap<ByteText, Profile>;
  readonly guard: SensitiveGuard;
  readonly engine: PatternEngine;
}

/** Which sensitive paths the profile allows, with what was learned and what was there. */
export function allowedSensitive({ blocks, there, guard, engine }: Reviewed): readonly AllowedSensitive[] {
  const found: AllowedSensitive[] = [];
  const labels = [...new Set([...there.keys(), ...blocks.map(({ label }) => label)])].toSorted(compareBytes);
  for (const label of labels) {
    const rules = there.get(label)?.rules ?? [];
    const covering = new CoveringRules(rules, engine);
    const add = (
      pattern: ByteText,
      reach: Parameters<SensitiveGuard['overlaps']>[1],
      said: Pick<AllowedSensitive, 'rule' | 'line'>,
    ): void => {
      for (const { path, overlap } of guard.overlaps(pattern, reach)) {
        const example = overlap.kind === 'common' ? overlap.example : undefined;
        // A denial beats whatever allows it; that it does so for all of the path is not known.
        if (example !== undefined && covering.denial(example, reach.isOwner, reach.bits) !== undefined) continue;
        found.push({ id: path.id, title: path.title, ...said, ...(example !== undefined && { example }) });
      }
    };
    for (const { file, text } of blocks.find((block) => block.label === label)?.rules ?? []) {
      if (file !== undefined) add(file.pattern, file, { rule: text });
    }
    for (const rule of rules) {
      if (!(rule.kind === 'file' || rule.kind === 'link') || rule.effect === 'deny') continue;
      const said = { rule: rule.text, line: `${rule.place.path}:${String(rule.place.line)}` };
      for (const { patterns, bits } of rule.kind === 'file' ? [reachOfFile(rule)] : reachOfLink(rule))
        for (const pattern of patterns) add(pattern, { bits, isOwner: rule.owner === 'owner' }, said);
    }
  }
  const byKey = new Map(found.map((one) => [`${one.id}\0${one.line ?? ''}\0${one.rule}`, one]));
  return [...byKey].toSorted(([a], [b]) => compareBytes(a, b)).map(([, one]) => one);
}

interface PatternReach {
  readonly patterns: readonly ByteText[];
  readonly bits: PermissionBits;
}

const EVERYTHING: readonly ByteText[] = ['/**'];

function reachOfFile({ path, permissions, exec }: FileRule): PatternReach {
  return { patterns: path?.expanded ?? EVERYTHING, bits: bitsOf(permissions) | (exec === undefined ? 0 : bit('x')) };
}

/** Under its new name a file is what the rules for that name make of it, unless the link may have no more than the file (`subset`). */
function reachOfLink({ path, target, isSubset }: LinkRule): readonly PatternReach[] {
  const name = { patterns: path.expanded, bits: bit('l') };
  return isSubset ? [name] : [name, { patterns: target?.expanded ?? EVERYTHING, bits: bit('r') | bit('w') }];
}

/** Rules of the profile's own file that nothing in the log used. */
export function unusedRules(profile: Profile | undefined, facts: readonly Fact[], engine: PatternEngine): UnusedRules {
  if (profile === undefined) return { kind: 'known', rules: [] };
  if (!facts.some(({ event }) => event.verdict === 'AUDIT')) {
    return {
      kind: 'unknown',
      reason:
        'the log holds only what the profile did not allow; rules that are used are logged with `audit` before them, or flags=(audit)',
    };
  }
  const used = new Set<FileRule>();
  const covering = new CoveringRules(profile.rules, engine);
  for (const { event, isOwner } of facts) {
    if (event.class !== 'file' || event.name === undefined) continue;
    for (const rule of covering.matching(event.name, isOwner)) used.add(rule);
  }
  const own = profile.rules.filter(
    (rule): rule is FileRule => rule.kind === 'file' && rule.effect === 'allow' && rule.place.includedFrom.length === 0,
  );
  return { kind: 'known', rules: own.filter((rule) => !used.has(rule)) };
}
