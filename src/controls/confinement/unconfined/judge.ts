import { type ByteText, shown, toByteText } from '../../../core/byte-text.ts';
import { plural } from '../../../core/describe.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Severity } from '../../../core/severity.ts';
import { matchesPath, parseGlob } from '../../../core/path-pattern.ts';
import type { ConfinementPolicy } from '../policy.ts';
import type { ConfinementState } from '../state.ts';
import { type Listener, listenersOf } from './listeners.ts';
import { privilegedWithout } from './privileged.ts';

const REFERENCES: Finding['references'] = [
  { source: 'NIST SP 800-53', item: 'AC-6', version: 'Rev. 5' },
  { source: 'ANSSI-BP-028', item: 'R45', version: '2.0' },
];
const LEARN = 'Write a profile (`freehold confine learn`), or say in confinement.allowed why it may run without one.';

/** Programs that others can speak to, or that have rights of their own, and that no profile holds. */
export function judgeUnconfined(state: ConfinementState, policy: ConfinementPolicy): Finding[] {
  return [...judgeListening(state, policy), ...judgePrivileged(state, policy)];
}

interface Kind {
  readonly id: string;
  readonly title: string;
  readonly why: string;
  readonly wish: 'report' | 'required';
}

interface Found {
  readonly program: ByteText;
  readonly summary: string;
  readonly severity: Severity;
}

function judgeListening(state: ConfinementState, { listening, allowed }: ConfinementPolicy): readonly Finding[] {
  if (listening === undefined || state.sockets === undefined) return [];
  const kind: Kind = {
    id: 'confinement/listening',
    title: 'Programs that listen on the network without a profile',
    why: 'Whoever can reach it can try its faults; without a profile, what comes of them has all its rights.',
    wish: listening,
  };
  if (state.container !== null) return [aside(kind, 'a container: its AppArmor is that of its host')];
  if (!state.isRunning) return [aside(kind, 'nothing listens in an image')];
  const listeners = listenersOf(state);
  if (listeners.kind === 'unknown') return [unseen(kind, listeners.reason)];
  const found = listeners.listeners.filter(({ isConfined }) => !isConfined).map(foundListener);
  return report(kind, { found, allowed, unknown: listeners.problems, looked: listeners.listeners.length });
}

function foundListener({ program, addresses, isLoopback, unit }: Listener): Found {
  const of = unit === undefined ? '' : ` (${unit})`;
  return {
    program,
    summary: `listens on ${addresses.join(', ')} and runs without a profile${of}`,
    severity: isLoopback ? 'low' : 'medium',
  };
}

function judgePrivileged(state: ConfinementState, { privileged, allowed }: ConfinementPolicy): readonly Finding[] {
  if (privileged === undefined || state.privileged === undefined) return [];
  const kind: Kind = {
    id: 'confinement/privileged',
    title: 'Programs with rights of their own without a profile',
    why: 'Everybody on the machine can start it, and its faults then have its owner’s rights; a profile leaves it what it needs.',
    wish: privileged,
  };
  if (state.container !== null) return [aside(kind, 'a container: its AppArmor is that of its host')];
  const { programs, looked, problems } = privilegedWithout(state);
  const found = programs.map(({ path, rights }): Found => ({
    program: path,
    summary: `has ${rights}, and no profile attaches to it`,
    severity: 'medium',
  }));
  return report(kind, { found, allowed, unknown: problems, looked });
}

interface Looked {
  readonly found: readonly Found[];
  readonly allowed: ConfinementPolicy['allowed'];
  readonly unknown: readonly string[];
  readonly looked: number;
}

/** `required`: a finding for each; `report`: one for all of them, which is a note. */
function report(kind: Kind, { found, allowed, unknown, looked }: Looked): readonly Finding[] {
  const globs = allowed.map(({ path }) => parseGlob(toByteText(path)));
  const left = found.filter(({ program }) => !globs.some((glob) => matchesPath(glob, program)));
  const seen = unknown.length > 0 ? [unseen(kind, unknown.join('; '))] : [];
  if (left.length === 0) {
    if (seen.length > 0) return seen;
    const others = found.length === 0 ? '' : `, ${String(found.length)} of them allowed to be without`;
    return [{ ...base(kind), outcome: 'pass', observed: [], summary: `${plural(looked, 'program')}${others}` }];
  }
  if (kind.wish === 'report') {
    const summary = `${plural(left.length, 'program')} without a profile: ${left.map(({ program }) => shown(program)).join(', ')}`;
    const observed = left.map(({ program, summary: how }) => `${shown(program)} ${how}`);
    return [
      {
        ...base(kind),
        severity: 'info',
        outcome: 'fail',
        summary,
        observed,
        remedy: { kind: 'manual', instruction: LEARN },
      },
      ...seen,
    ];
  }
  return [
    ...left.map(({ program, summary, severity }): Finding => ({
      ...base(kind),
      id: `${kind.id}${shown(program)}`,
      title: shown(program),
      severity,
      outcome: 'fail',
      summary,
      observed: null,
      where: { path: shown(program) },
      remedy: { kind: 'manual', instruction: LEARN },
    })),
    ...seen,
  ];
}

function base({
  id,
  title,
  why,
}: Kind): Pick<Finding, 'id' | 'severity' | 'title' | 'why' | 'expected' | 'references'> {
  return {
    id,
    severity: 'medium',
    title,
    why,
    expected: 'none but those in confinement.allowed',
    references: REFERENCES,
  };
}

function unseen(kind: Kind, reason: string): Finding {
  return {
    ...base(kind),
    id: `${kind.id}/unseen`,
    outcome: 'unknown',
    summary: `not everything could be looked at: ${reason}`,
    observed: null,
    reason,
  };
}

function aside(kind: Kind, reason: string): Finding {
  return { ...base(kind), outcome: 'not-applicable', summary: reason, observed: null, reason };
}
