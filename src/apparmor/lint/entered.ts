import type { Profile } from '../language/syntax.ts';
import { Neighbours } from '../pattern/neighbours.ts';
import { literalText, matches, type Pattern } from '../pattern/pattern.ts';
import type { PatternStore } from '../pattern/pattern-store.ts';

/** Says whether a profile is named by the rules of some others as one to go on in; they are looked at once, when it is first asked. */
export function enteredBy(profiles: readonly Profile[], patterns: PatternStore): (name: Profile['name']) => boolean {
  let targets: Targets | undefined;
  return (name) => {
    targets ??= targetsOf(profiles, patterns);
    if (targets.names.has(name)) return true;
    for (const pattern of targets.globs.before(name)) if (matches(pattern, name)) return true;
    return false;
  };
}

interface Targets {
  readonly names: ReadonlySet<string>;
  readonly globs: Neighbours<Pattern>;
}

function targetsOf(profiles: readonly Profile[], patterns: PatternStore): Targets {
  const names = new Set<string>();
  const globs = new Set<Pattern>();
  for (const rule of profiles.flatMap(({ rules }) => rules)) {
    if (rule.kind === 'file' && rule.exec?.target !== undefined) names.add(rule.exec.target);
    if (rule.kind !== 'change-profile' || rule.target === undefined) continue;
    const parsed = patterns.parseAll(rule.target);
    if (parsed.kind === 'problem') continue;
    const name = literalText(parsed.pattern);
    if (name === undefined) globs.add(parsed.pattern);
    else names.add(name);
  }
  return { names, globs: new Neighbours([...globs].map((value) => ({ prefixes: value.prefixes, value }))) };
}
