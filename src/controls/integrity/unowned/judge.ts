import { plural } from '../../../core/describe.ts';
import type { Finding } from '../../../core/finding.ts';
import { DPKG_REFERENCES } from '../dpkg/references.ts';
import { matchesAny } from '../../../core/path-pattern.ts';
import type { UnownedPolicy } from './policy.ts';
import type { Unowned, UnownedState } from './state.ts';

/** More findings of one kind are read by nobody; the rest is one finding. */
const FINDINGS_MAX = 500;
const NAMED_MAX = 200;
const PROBLEMS_SAID = 3;
const SET_ID_BITS = 0o6000;
const EXECUTE_BITS = 0o111;
const WHY =
  'What no package owns is updated by nobody, removed by nobody, and in no list that its bytes could be held against. Intruders leave their programs where others look for programs.';

/** One finding for each file or folder of no package, and one for all that was searched. */
export function judgeUnowned(state: UnownedState, { paths, allowed }: UnownedPolicy): readonly Finding[] {
  if (state.kind === 'none') return [whole({ outcome: state.outcome, reason: state.reason }, null)];
  const isAllowed = matchesAny(allowed);
  const unwanted = state.found.filter(({ path }) => !isAllowed(path));
  const observed = { searched: state.searched, made: state.made, allowed: state.found.length - unwanted.length, paths };
  const problems = state.problems.slice(0, PROBLEMS_SAID).join('; ');
  const rest = state.problems.length - PROBLEMS_SAID;
  const reason = rest > 0 ? `${problems} and ${String(rest)} more` : problems;
  return [
    ...unwanted.slice(0, FINDINGS_MAX).map(finding),
    ...more(unwanted.slice(FINDINGS_MAX)),
    ...(state.problems.length > 0
      ? [whole({ outcome: 'unknown', reason: `not everything could be looked at: ${reason}` }, observed)]
      : []),
    ...(state.problems.length === 0 && state.searched === 0
      ? [
          whole(
            { outcome: 'unknown', reason: 'nothing is there to look at: none of the folders has anything in it' },
            observed,
          ),
        ]
      : []),
    ...(state.problems.length === 0 && state.searched > 0 && unwanted.length === 0
      ? [
          whole(
            {
              outcome: 'pass',
              summary: `${plural(state.searched, 'path')} looked at, all of packages${asideOf(state, observed.allowed)}`,
            },
            observed,
          ),
        ]
      : []),
  ];
}

function asideOf({ made }: Extract<UnownedState, { kind: 'searched' }>, allowed: number): string {
  const count = Object.values(made).reduce((sum, one) => sum + one, 0);
  const scripts = count > 0 ? ` but ${String(count)} that nobody needs to own` : '';
  return allowed > 0 ? `${scripts} and ${String(allowed)} that the blueprint allows` : scripts;
}

function finding(one: Unowned): Finding {
  const { path, type, mode, target, below } = one;
  const isProgram = type === 'file' && (mode & EXECUTE_BITS) !== 0;
  return {
    id: `integrity/unowned${path}`,
    outcome: 'fail',
    severity: isProgram && (mode & SET_ID_BITS) !== 0 ? 'high' : 'medium',
    title: `${path} and its package`,
    summary: `${describe(one)} of no package`,
    why: WHY,
    expected: 'a package that owns it',
    observed: { path, type, mode: mode.toString(8).padStart(4, '0'), ...(target !== undefined && { target }), below },
    where: { path },
    references: DPKG_REFERENCES,
    remedy: {
      kind: 'manual',
      instruction: `Find out where it comes from (dpkg -S ${path}; ls -la ${path}). Then remove it, move it to /usr/local, or name it in integrity.unowned.allowed.`,
    },
  };
}

function describe({ type, target, below, mode }: Unowned): string {
  switch (type) {
    case 'directory':
      return `a folder with ${plural(below, 'path')} in it,`;
    case 'symlink':
      return `a link to ${target ?? '?'}`;
    case 'file':
      return (mode & EXECUTE_BITS) === 0 ? 'a file' : 'a program';
    case 'other':
      return 'a device, socket or FIFO';
  }
}

function more(rest: readonly Unowned[]): readonly Finding[] {
  if (rest.length === 0) return [];
  return [
    {
      id: 'integrity/unowned',
      outcome: 'fail',
      severity: 'medium',
      title: 'More files without a package',
      summary: `${plural(rest.length, 'more path')} of no package`,
      why: WHY,
      expected: 'a package that owns it',
      observed: { count: rest.length, paths: rest.slice(0, NAMED_MAX).map(({ path }) => path) },
      references: DPKG_REFERENCES,
      remedy: { kind: 'manual', instruction: 'Name what may be there in integrity.unowned.allowed, as patterns.' },
    },
  ];
}

type WholeOutcome =
  | { readonly outcome: 'pass'; readonly summary: string }
  | { readonly outcome: 'unknown' | 'not-applicable'; readonly reason: string };

function whole(said: WholeOutcome, observed: Finding['observed']): Finding {
  return {
    id: 'integrity/unowned/whole',
    severity: 'medium',
    title: 'Files without a package',
    why: WHY,
    expected: 'every file in the folders of the system is of a package',
    observed,
    references: DPKG_REFERENCES,
    ...(said.outcome === 'pass' ? said : { ...said, summary: said.reason }),
  };
}
