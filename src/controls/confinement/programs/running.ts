import { shown } from '../../../core/byte-text.ts';
import { plural } from '../../../core/describe.ts';
import type { Finding } from '../../../core/finding.ts';
import type { ProcessSeen } from '../state.ts';
import type { Profiled } from './loaded.ts';

const UNCONFINED = 'unconfined';
/** Processes that a summary names; all of them are in what was observed. */
const MOST_NAMED = 5;

/** Whether all processes of a program run in its profile: one that was started before the profile was loaded never comes into it. */
export function judgeRunning({ subject, profile, state }: Profiled): readonly Finding[] {
  if (!state.isRunning || state.kernel.kind === 'inactive') return [];
  const { label } = profile;
  const { program, wish, processes, elsewhere } = subject;
  const base = {
    id: `confinement/processes${program}`,
    severity: wish.severity ?? ('high' as const),
    title: `${program}: running processes`,
    why: 'A process that was started before its profile was loaded stays unconfined until it ends; what listens since the boot may do so for months.',
    mayBreak: 'A restart interrupts what the program is doing.',
    expected: shown(label),
    references: [{ source: 'apparmor(7)', item: 'Confinement' }],
  };
  if (state.processes.kind === 'not-looked') return [unknown(base, state.processes.reason)];
  const away = processes.filter((one) => one.label !== undefined && !runsIn(one.label, label));
  const others = away.filter(({ home }) => home !== 'untold');
  const observed = processes.map((one) => ({
    pid: one.pid,
    label: one.label === undefined ? null : shown(one.label),
    unit: one.unit ?? null,
  }));
  if (others.length > 0)
    return [
      {
        ...base,
        outcome: 'fail',
        observed,
        summary: `${plural(others.length, 'process', 'processes')} of ${String(processes.length)} run${others.length === 1 ? 's' : ''} in another label: ${namesOf(others)}`,
        remedy: { kind: 'manual', instruction: restart(others) },
      },
    ];
  if (away.length > 0)
    return [
      unknown(
        base,
        `of ${plural(away.length, 'process', 'processes')} in another label it can’t be told whether it is this machine’s or a container’s: ${namesOf(away)}`,
      ),
    ];
  const unseen = processes.filter((one) => one.label === undefined).length;
  if (unseen + state.processes.unseen > 0)
    return [
      unknown(
        base,
        unseen > 0
          ? `the labels of ${plural(unseen, 'process', 'processes')} can’t be read`
          : `what ${plural(state.processes.unseen, 'process', 'processes')} run can’t be seen (not root?)`,
      ),
    ];
  const how =
    processes.length === 0
      ? 'none is running'
      : `${plural(processes.length, 'process', 'processes')}, all in ${shown(label)}`;
  const aside =
    elsewhere === 0 ? '' : `; ${String(elsewhere)} of a container ${elsewhere === 1 ? 'is' : 'are'} not counted`;
  return [{ ...base, outcome: 'pass', observed, summary: `${how}${aside}` }];
}

/** A child or hat is a part of the profile; of labels that are stacked one is enough (`a//&b`). */
export function runsIn(label: string, profile: string): boolean {
  return label.split('//&').some((one) => one === profile || one.startsWith(`${profile}//`));
}

/** Also in a profile with flags=(unconfined): it has a name and holds nothing back. */
export function isUnconfined(label: string, mode?: string): boolean {
  return label === UNCONFINED || mode === UNCONFINED;
}

function namesOf(processes: readonly ProcessSeen[]): string {
  const named = processes.slice(0, MOST_NAMED).map(({ pid, label, unit }) => {
    const of = unit === undefined ? '' : ` of ${unit}`;
    return `${String(pid)}${of} (${shown(label ?? '')})`;
  });
  return [...named, ...(processes.length > MOST_NAMED ? ['…'] : [])].join(', ');
}

function restart(processes: readonly ProcessSeen[]): string {
  const units = [
    ...new Set(
      processes.flatMap(({ unit }) => (unit?.endsWith('.service') === true && !unit.startsWith('user@') ? [unit] : [])),
    ),
  ].sort();
  const single = processes
    .filter(({ unit }) => unit === undefined || !units.includes(unit))
    .map(({ pid }) => String(pid));
  return [
    ...(units.length > 0 ? [`Run: ${units.map((unit) => `systemctl restart ${unit}`).join('; ')}.`] : []),
    ...(single.length > 0 ? [`End and start again: ${single.join(', ')}.`] : []),
  ].join(' ');
}

function unknown(base: Omit<Finding, 'outcome' | 'summary' | 'observed'>, reason: string): Finding {
  return {
    ...base,
    outcome: 'unknown',
    observed: null,
    summary: `it is not known whether all of them run in it: ${reason}`,
    reason,
  };
}
