import { shown } from '../../../core/byte-text.ts';
import { describeLocation } from '../../../core/describe.ts';
import type { Finding, Remedy } from '../../../core/finding.ts';
import type { ConfinementPolicy, WishedMode } from '../policy.ts';
import type { ConfinementState } from '../state.ts';
import { judgeLoaded } from './loaded.ts';
import { judgeRunning } from './running.ts';
import { type FileWish, modeRemedy } from './remedy.ts';
import { fileWishes, isAs, type Subject, subjectsOf } from './subject.ts';
import type { ModeNext, ModeNow } from './view.ts';

const WHY =
  'What a program is talked into by what it opens or by who speaks to it, it does with all rights of its user; a profile leaves it what it needs.';
const MAY_BREAK =
  'What a profile doesn’t know of stops working for users; what is denied stands in the log of the audit.';

/** For each program of the blueprint: its profile's mode, its children's, whether it is the file's, whether all of it runs in it. */
export function judgePrograms(state: ConfinementState, policy: ConfinementPolicy): Finding[] {
  const subjects = subjectsOf(state, policy);
  const wishes = fileWishes(subjects, state);
  return subjects.flatMap((subject) => {
    const profile = subject.attached.kind === 'profile' ? subject.attached.profile : undefined;
    const remedy = remedyOf(subject, profile?.file === undefined ? undefined : wishes.get(profile.file.path), state);
    const isLookedInto = state.container === null && subject.isInstalled && profile !== undefined;
    return [
      judgeMode(subject, { state, remedy }),
      ...(isLookedInto ? judgeChildren(subject, { state, remedy }) : []),
      ...(isLookedInto && policy.compare ? judgeLoaded({ subject, profile, state }) : []),
      ...(isLookedInto ? judgeRunning({ subject, profile, state }) : []),
    ];
  });
}

interface Context {
  readonly state: ConfinementState;
  readonly remedy: Remedy;
}

function judgeMode(subject: Subject, { state, remedy }: Context): Finding {
  const { program, wish, attached, isInstalled } = subject;
  const base = {
    id: `confinement/program${program}`,
    severity: wish.severity ?? ('high' as const),
    title: program,
    why: wish.why ?? WHY,
    mayBreak: MAY_BREAK,
    expected: { profile: wish.profile ?? 'any that attaches to it', mode: wish.mode },
    references: REFERENCES,
  };
  if (state.container !== null) return aside(base, 'a container: its AppArmor is that of its host');
  if (!isInstalled) return aside(base, `${program} isn’t there`);
  if (attached.kind === 'unclear') return unknown(base, attached.reason);
  const problem = attached.kind === 'none' ? whyUnseen(state) : undefined;
  if (problem !== undefined) return unknown(base, problem);
  if (attached.kind === 'none') {
    const name = wish.profile === undefined ? 'no profile attaches to it' : `there is no profile ${wish.profile}`;
    return { ...base, outcome: 'fail', summary: `${name}: it runs unconfined`, observed: null, remedy };
  }
  const { profile } = attached;
  const { now, next, label } = profile;
  const states = [verdictOf(now, wish.mode), verdictOf(next, wish.mode)];
  const where = 'where' in next ? next.where : undefined;
  const said = `the profile ${shown(label)} ${describeNow(now)}${now.kind === 'not-running' ? '' : '; '}${describeNext(next)}`;
  const seen = {
    ...base,
    observed: { profile: shown(label), now: modeIn(now), next: modeIn(next) },
    ...(where !== undefined && { where }),
  };
  if (states.includes('wrong')) return { ...seen, outcome: 'fail', summary: `${said}; wanted ${wish.mode}`, remedy };
  const reason = [now, next].flatMap((one) => (one.kind === 'unknown' ? [one.reason] : []))[0];
  if (reason !== undefined) return { ...seen, outcome: 'unknown', summary: said, reason };
  return { ...seen, outcome: 'pass', summary: said };
}

/** Children that are in another mode than is wished of them: one finding for all. */
function judgeChildren({ program, wish, children }: Subject, { state, remedy }: Context): readonly Finding[] {
  if (children.length === 0) return [];
  const wrong = children.filter(({ view, wished }) =>
    [view.now, view.next].some((one) => verdictOf(one, wished) === 'wrong'),
  );
  const base = {
    id: `confinement/children${program}`,
    severity: wish.severity ?? ('high' as const),
    title: `${program}: child profiles and hats`,
    why: 'A program goes on in a child profile: if that only complains, all that the program must not do is done there.',
    mayBreak: MAY_BREAK,
    expected: Object.fromEntries(children.map(({ view, wished }) => [shown(view.label), wished])),
    observed: Object.fromEntries(
      children.map(({ view }) => [shown(view.label), state.isRunning ? modeIn(view.now) : modeIn(view.next)]),
    ),
    references: REFERENCES,
  };
  if (wrong.length > 0) {
    const said = wrong.map(
      ({ view, wished }) =>
        `${shown(view.label)} ${describeNow(view.now)}${view.now.kind === 'not-running' ? '' : '; '}${describeNext(view.next)}; wanted ${wished}`,
    );
    const included = wrong.find(({ view }) => view.file === undefined);
    const instruction = `${shown(included?.view.label ?? '')} stands in no file of its own: change it in the file that the profile’s includes, or, if it is left over from a policy of before, the next boot is without it.`;
    return [
      {
        ...base,
        outcome: 'fail',
        summary: said.join('. '),
        remedy: included === undefined ? remedy : { kind: 'manual', instruction },
      },
    ];
  }
  const reason = children.flatMap(({ view }) =>
    [view.now, view.next].flatMap((one) => (one.kind === 'unknown' ? [one.reason] : [])),
  )[0];
  if (reason !== undefined)
    return [{ ...base, outcome: 'unknown', summary: `not all of them are known: ${reason}`, reason }];
  return [{ ...base, outcome: 'pass', summary: `${String(children.length)} of them, each in the mode that is wished` }];
}

function remedyOf({ program, attached, soak }: Subject, wish: FileWish | undefined, state: ConfinementState): Remedy {
  if (attached.kind !== 'profile')
    return manual('Write a profile: `freehold confine learn` makes one of what the program was seen to do.');
  if (state.kernel.kind === 'inactive') return manual('AppArmor has to be at work first: see confinement/apparmor.');
  const { file, label, now } = attached.profile;
  if (soak?.kind === 'waiting') {
    const isComplaining = now.kind === 'mode' && now.mode === 'complain';
    const first = isComplaining || !state.isRunning ? '' : ` \`freehold confine complain ${program}\` begins it.`;
    return manual(`It isn’t enforced yet: ${soak.reasons.join('; ')}.${first}`);
  }
  if (file === undefined || wish === undefined)
    return manual(`Find out where ${shown(label)} was loaded from, and keep its file in /etc/apparmor.d.`);
  if (!state.isRunning) return manual(`Set the flags of ${shown(label)} in ${file.path} where the image is built.`);
  return modeRemedy(wish);
}

/** Why it can't be said that a program has no profile. */
function whyUnseen({ kernel, files }: ConfinementState): string | undefined {
  return kernel.kind === 'unreadable' ? kernel.reason : files.problems[0];
}

function verdictOf(mode: ModeNow | ModeNext, wished: WishedMode): 'right' | 'wrong' | 'unknown' {
  switch (mode.kind) {
    case 'mode':
      return isAs(mode.mode, wished) ? 'right' : 'wrong';
    case 'none':
      return 'wrong';
    case 'not-running':
      return 'right';
    case 'unknown':
      return 'unknown';
  }
}

function modeIn(mode: ModeNow | ModeNext): string | null {
  return mode.kind === 'mode' ? mode.mode : null;
}

function describeNow(now: ModeNow): string {
  switch (now.kind) {
    case 'mode':
      return `is in ${now.mode} mode now`;
    case 'none':
      return 'is not loaded now';
    case 'unknown':
      return `is in an unknown mode now (${now.reason})`;
    case 'not-running':
      return '';
  }
}

function describeNext(next: ModeNext): string {
  switch (next.kind) {
    case 'mode':
      return `will be in ${next.mode} mode at the next boot (${describeLocation(next.where)})`;
    case 'none':
      return `will not be loaded at the next boot (${next.reason})`;
    case 'unknown':
      return `the next boot is not known (${next.reason})`;
  }
}

function manual(instruction: string): Remedy {
  return { kind: 'manual', instruction };
}

type Base = Omit<Finding, 'outcome' | 'summary' | 'observed'>;

function aside(base: Base, reason: string): Finding {
  return { ...base, outcome: 'not-applicable', summary: reason, observed: null, reason };
}

function unknown(base: Base, reason: string): Finding {
  return {
    ...base,
    outcome: 'unknown',
    summary: `it is not known which profile it runs in: ${reason}`,
    observed: null,
    reason,
  };
}

const REFERENCES: Finding['references'] = [
  { source: 'CIS Debian Linux 12 Benchmark', item: '1.3.1.4', version: 'v1.1.0' },
  { source: 'ANSSI-BP-028', item: 'R45', version: '2.0' },
  { source: 'NIST SP 800-53', item: 'AC-3(3)', version: 'Rev. 5' },
];
