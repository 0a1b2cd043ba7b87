import { type ByteText, compareBytes, shown } from '../../core/byte-text.ts';
import type { Profile } from '../language/syntax.ts';
import { BlockLearner } from './block.ts';
import { decideExecs } from './exec.ts';
import type { Fact } from './fact.ts';
import { holdOut, MAX_HELD_OUT } from './hold-out.ts';
import type { LearnInput } from './learn-input.ts';
import type { Observed } from './observations.ts';
import { Places } from './places.ts';
import type { Decision, Learned, LearnedBlock, Uncovered } from './result.ts';
import { SensitiveGuard } from './sensitive.ts';
import { allowedSensitive, unusedRules } from './review.ts';

/** The rules that a program's recorded behaviour asks for, beyond what its profile allows already. */
export function learn(input: LearnInput): Learned {
  const { label, observed, profile } = input;
  const prefix = `${label}//`;
  const alike = [...Map.groupBy(observed.facts, ({ event }) => event.profile)].filter(
    ([name]) => name === label || name.startsWith(prefix),
  );
  // A container's policy has its own namespace: the profile of this name there is another one.
  const byLabel = new Map(
    alike
      .map(([name, facts]) => [name, facts.filter(({ event }) => event.namespace === undefined)] as const)
      .filter(([, facts]) => facts.length > 0),
  );
  const own = [...byLabel.values()].flat();
  const places = new Places(input.vocabulary);
  const guard = new SensitiveGuard(
    input.sensitivePaths.filter(({ id }) => !input.allowedSensitive.has(id)),
    input.engine,
  );
  const there = profilesOf(profile);
  const execs = decideExecs(byLabel, {
    label,
    children: new Set([...there.keys()].filter((name) => name !== label)),
    program: input.program,
    profileFor: input.profileFor,
    allowed: input.allowedExecs,
    places,
  });
  const factsOf = new Map<ByteText, Fact[]>();
  for (const [name, facts] of byLabel) {
    const block = execs.blockOf.get(name);
    if (block === undefined) continue;
    const all = factsOf.get(block) ?? [];
    factsOf.set(block, all);
    for (const fact of facts) all.push(fact);
  }
  const learners = [...factsOf]
    .toSorted(([a], [b]) => compareBytes(a, b))
    .map(
      ([block, facts]) =>
        new BlockLearner({
          input,
          places,
          guard,
          label: block,
          profile: there.get(block),
          facts,
          execs: execs.execs.filter((exec) => exec.block === block),
          newFor:
            there.has(block) || block === label
              ? undefined
              : execs.execs.find(({ choice }) => choice.kind === 'child' && `${label}//${choice.name}` === block)?.path,
        }),
    );
  const blocks = learners.map((learner) => learner.learn());
  const strays = strayFacts(own, execs.strays);
  return {
    label,
    blocks,
    ruleCount: blocks.reduce((sum, { rules }) => sum + rules.length, 0),
    runs: observed.runs,
    events: own.reduce((sum, { total }) => sum + total, 0),
    otherEvents: observed.events - own.reduce((sum, { total }) => sum + total, 0),
    decisions: learners.flatMap((learner) => learner.decisions).toSorted(compareSaid),
    uncovered: [...learners.flatMap((learner) => learner.uncovered), ...strays].toSorted(compareSaid),
    refused: learners.flatMap((learner) => learner.refused).toSorted((a, b) => compareBytes(a.pattern, b.pattern)),
    heldOut: holdOut(
      learners,
      strays.length === 0 ? [] : own.filter(({ event }) => execs.strays.has(event.profile)),
      observed.runs,
    ),
    sensitive: allowedSensitive({
      blocks,
      there,
      guard: guard.of(input.sensitivePaths),
      engine: input.engine,
    }),
    unused: unusedRules(profile, factsOf.get(label) ?? [], input.engine),
    notes: [
      ...(own.length === 0 ? [noEventNote(observed, label)] : []),
      ...foreignNotes(
        alike.flatMap(([, facts]) => facts),
        label,
      ),
      ...notesOf(observed, blocks, input),
    ],
  };
}

function profilesOf(profile: Profile | undefined): ReadonlyMap<ByteText, Profile> {
  const found = new Map<ByteText, Profile>();
  const visit = (one: Profile): void => {
    found.set(one.name, one);
    one.children.forEach(visit);
  };
  if (profile !== undefined) visit(profile);
  return found;
}

/** One line for each label that is no part of this profile. */
function strayFacts(facts: readonly Fact[], strays: ReadonlyMap<ByteText, string>): readonly Uncovered[] {
  const totals = new Map<ByteText, number>();
  for (const { event, total } of facts) {
    if (strays.has(event.profile)) totals.set(event.profile, (totals.get(event.profile) ?? 0) + total);
  }
  return [...totals].map(([label, total]) => ({
    label,
    what: 'all of it',
    reason: strays.get(label) ?? '',
    total,
  }));
}

function compareSaid(a: Decision | Uncovered, b: Decision | Uncovered): number {
  return compareBytes(a.label, b.label) || compareBytes(a.what, b.what) || compareBytes(a.reason, b.reason);
}

const MAX_LABELS_SAID = 5;

/** What was left out, as it is of profiles that only have the name. */
function foreignNotes(facts: readonly Fact[], label: ByteText): readonly string[] {
  const foreign = facts.filter(({ event }) => event.namespace !== undefined);
  if (foreign.length === 0) return [];
  const names = [...new Set(foreign.flatMap(({ event }) => event.namespace ?? []))].toSorted(compareBytes);
  const said = names.slice(0, MAX_LABELS_SAID).map(shown);
  const rest = names.length > said.length ? ', …' : '';
  const total = foreign.reduce((sum, one) => sum + one.total, 0);
  return [
    `${String(total)} events of ${shown(label)} are of other namespaces of policy (${said.join(', ')}${rest}) and left out: that is another profile.`,
  ];
}

/** A log without the profile's events is most often one of another name: which names it has is said. */
function noEventNote({ facts }: Observed, label: ByteText): string {
  const totals = new Map<ByteText, number>();
  for (const { event, total } of facts) {
    const [first = ''] = event.profile.split('//');
    if (first !== '' && event.namespace === undefined) totals.set(first, (totals.get(first) ?? 0) + total);
  }
  const said = [...totals]
    .toSorted(([a, one], [b, other]) => other - one || compareBytes(a, b))
    .slice(0, MAX_LABELS_SAID)
    .map(([name, total]) => `${shown(name)} (${String(total)})`);
  const others =
    said.length === 0
      ? 'nor of any other profile: have the program run under its profile in complain mode'
      : `but of other profiles: ${said.join(', ')}. Name one of those, or have the program run under its own in complain mode`;
  return `The log has no event of ${shown(label)}, ${others}.`;
}

function notesOf(observed: Observed, blocks: readonly LearnedBlock[], { measures }: LearnInput): readonly string[] {
  const rules = blocks.reduce((sum, block) => sum + block.rules.length, 0);
  return [
    ...(observed.runs.length === 1
      ? ["There is one run only: which names are another run's otherwise is told by their shape alone. Record several."]
      : []),
    ...(observed.runs.length > MAX_HELD_OUT
      ? [`Of ${String(observed.runs.length)} runs, ${String(MAX_HELD_OUT)} evenly chosen ones were held out.`]
      : []),
    ...(observed.untimed > 0
      ? [`${String(observed.untimed)} events have no time and count as a run of their own, as runs are cut by time.`]
      : []),
    ...(observed.left > 0
      ? [`${String(observed.left)} events were left out: more distinct things than any program does.`]
      : []),
    ...(rules > measures.maxRules
      ? [`${String(rules)} rules are more than --max-rules ${String(measures.maxRules)}: nothing is written.`]
      : []),
  ];
}
