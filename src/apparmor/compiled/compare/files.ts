import { FILE_PERMISSIONS } from '../../access.ts';
import { NO_MATCH } from '../automaton.ts';
import { EXEC, readTransition, writtenTransition } from '../exec.ts';
import { FILE_BITS } from '../files.ts';
import { LINK_SUBSET, NO_PERMISSIONS, PERMISSION, permissionsAt, type RuleAutomaton } from '../permissions.ts';
import type { Grant, Ownership } from './beyond.ts';
import { search, type SearchFailure, type SearchResult, type Seed } from './product.ts';
import { isDeadEnd, remembered } from './sides.ts';

/** Bits of what a pair of states shows: seven permissions and the way of going on, for the owner and for others. */
const TRANSITION_BIT = FILE_PERMISSIONS.length;
const HALF_BITS = TRANSITION_BIT + 1;
const BOTH: readonly Ownership[] = ['owner', 'other'];
const NUL = 0;
/** Of changes of profile: the second bit. */
const UNSAFE = 2;

/** What A grants of files beyond B: files, ways of execution, links, changes of profile. */
export function filesBeyond(a: RuleAutomaton, b: RuleAutomaton): readonly Grant[] {
  const half = halves(a, b);
  const links: Record<Ownership, Seed[]> = { owner: [], other: [] };
  const programs: Seed[] = [];
  const found = search({
    a: a.automaton,
    b: b.automaton,
    seeds: rooted(a, b),
    words: 'paths',
    isOverAtNoMatch: isDeadEnd(a),
    shows: (stateA, stateB) =>
      half(a.permissions.owner[stateA] ?? 0, b.permissions.owner[stateB] ?? 0) |
      (half(a.permissions.other[stateA] ?? 0, b.permissions.other[stateB] ?? 0) << HALF_BITS),
    visit: (stateA, stateB, text) => {
      const after = { a: a.automaton.step(stateA, NUL), b: b.automaton.step(stateB, NUL), text };
      if (after.a === NO_MATCH) return;
      for (const of of BOTH) {
        const [fromA, fromB] = [allowed(a, stateA, of), allowed(b, stateB, of)];
        if ((fromA & fromB & PERMISSION.link) !== 0) links[of].push(after);
      }
      if ((allowed(a, stateA, 'other') & PERMISSION.onExec) === 0) return;
      const isInB = (allowed(b, stateB, 'other') & PERMISSION.onExec) !== 0;
      programs.push(isInB ? after : { ...after, b: NO_MATCH });
    },
  });
  return [
    ...fileGrants(found, a, b),
    ...BOTH.flatMap((of) => linksBeyond(a, b, { of, seeds: links[of] })),
    ...changesBeyond(a, b, programs),
  ];
}

function allowed(rules: RuleAutomaton, state: number, of: Ownership): number {
  return permissionsAt(rules, state, of === 'owner').allow;
}

/** All paths begin with a slash: the search goes on from there. */
function rooted(a: RuleAutomaton, b: RuleAutomaton): readonly Seed[] {
  return [{ a: a.automaton.walk(a.start, '/'), b: b.automaton.walk(b.start, '/'), text: () => '/' }];
}

/** What one entry of A's permissions grants beyond one of B's. */
function halves(a: RuleAutomaton, b: RuleAutomaton): (a: number, b: number) => number {
  const [entriesA, entriesB] = [a.permissions.entries, b.permissions.entries];
  return remembered(entriesA.length, entriesB.length, (indexA, indexB) => {
    const [ofA, ofB] = [entriesA[indexA] ?? NO_PERMISSIONS, entriesB[indexB] ?? NO_PERMISSIONS];
    const beyond = ofA.allow & ~ofB.allow;
    let bits = 0;
    FILE_PERMISSIONS.forEach((one, bit) => {
      if ((beyond & FILE_BITS[one]) !== 0) bits |= 1 << bit;
    });
    if ((ofA.allow & ofB.allow & PERMISSION.execute) === 0) return bits;
    const isSame = wayOn(a, ofA.execIndex) === wayOn(b, ofB.execIndex);
    return isSame ? bits : bits | (1 << TRANSITION_BIT);
  });
}

function wayOn({ transitions }: RuleAutomaton, execIndex: number): string {
  return writtenTransition(readTransition(execIndex, transitions));
}

function fileGrants(found: SearchResult | SearchFailure, a: RuleAutomaton, b: RuleAutomaton): readonly Grant[] {
  if (found.kind === 'too-large') return [unknown('files', found)];
  return [...found.examples]
    .toSorted(([one], [other]) => one - other)
    .map(([bit, path]): Grant => {
      const of = bit < HALF_BITS ? 'owner' : 'other';
      const permission = FILE_PERMISSIONS[bit % HALF_BITS];
      if (permission !== undefined) return { kind: 'file', permission, of, path };
      const at = (rules: RuleAutomaton): string => {
        const state = rules.automaton.walk(rules.start, path);
        return wayOn(rules, permissionsAt(rules, state, of === 'owner').execIndex);
      };
      return { kind: 'transition', of, path, a: at(a), b: at(b) };
    });
}

interface Links {
  readonly of: Ownership;
  readonly seeds: readonly Seed[];
}

/** The second half of links: the target, which stands behind the link's name. */
function linksBeyond(a: RuleAutomaton, b: RuleAutomaton, { of, seeds }: Links): readonly Grant[] {
  const found = search({
    a: a.automaton,
    b: b.automaton,
    seeds: seeds.map((seed) => ({
      a: a.automaton.walk(seed.a, '/'),
      b: b.automaton.walk(seed.b, '/'),
      text: () => `${seed.text()}\0/`,
    })),
    words: 'paths',
    isOverAtNoMatch: isDeadEnd(a),
    enough: 1,
    shows: (stateA, stateB) => {
      const [ofA, ofB] = [allowed(a, stateA, of), allowed(b, stateB, of)];
      if ((ofA & PERMISSION.link) === 0) return 0;
      const isBeyond = (ofB & PERMISSION.link) === 0 || (ofB & ~ofA & LINK_SUBSET) !== 0;
      return isBeyond ? 1 : 0;
    },
  });
  if (found.kind === 'too-large') return [unknown('links', found)];
  return [...found.examples.values()].map((text) => {
    const [path = '', target = ''] = text.split('\0');
    return { kind: 'link', of, path, target };
  });
}

/** Labels stand among the paths, alone and behind the path of a program. */
function changesBeyond(a: RuleAutomaton, b: RuleAutomaton, programs: readonly Seed[]): readonly Grant[] {
  const keeps = (rules: RuleAutomaton, state: number): boolean =>
    (permissionsAt(rules, state, false).execIndex & EXEC.unsafe) !== 0;
  const among = (seeds: readonly Seed[], permission: number): SearchResult | SearchFailure =>
    search({
      a: a.automaton,
      b: b.automaton,
      seeds,
      words: 'texts',
      isOverAtNoMatch: isDeadEnd(a),
      enough: permission === PERMISSION.onExec ? 1 | UNSAFE : 1,
      shows: (stateA, stateB) => {
        const [ofA, ofB] = [allowed(a, stateA, 'other'), allowed(b, stateB, 'other')];
        if ((ofA & permission) === 0) return 0;
        if ((ofB & permission) === 0) return 1;
        return permission === PERMISSION.onExec && keeps(a, stateA) && !keeps(b, stateB) ? UNSAFE : 0;
      },
    });
  // Most policies let no profile be changed, and need not be walked through once more.
  const isInA = a.permissions.entries.some(({ allow }) => (allow & PERMISSION.changeProfile) !== 0);
  const atOnce = among(isInA ? [{ a: a.start, b: b.start, text: () => '' }] : [], PERMISSION.changeProfile);
  const onExec = among(
    programs.map((seed) => ({ ...seed, text: () => `${seed.text()}\0` })),
    PERMISSION.onExec,
  );
  return [
    ...(atOnce.kind === 'too-large'
      ? [unknown('changes of profile', atOnce)]
      : [...atOnce.examples.values()].map((target): Grant => ({ kind: 'change-profile', target }))),
    ...(onExec.kind === 'too-large'
      ? [unknown('changes of profile', onExec)]
      : [...onExec.examples]
          .toSorted(([one], [other]) => one - other)
          .map(([bit, text]): Grant => {
            const [exec = '', target = ''] = text.split('\0');
            return { kind: 'change-profile', target, exec, ...(bit > 0 && { isUnsafe: true }) };
          })),
  ];
}

function unknown(what: string, { reason }: SearchFailure): Grant {
  return { kind: 'unknown', what, reason };
}
