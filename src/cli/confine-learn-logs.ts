import { type Observed, Observations, type RunRule } from '../apparmor/learn/observations.ts';
import { lostAtLeast, type LogSummary } from '../apparmor/log/records.ts';
import type { LogSource } from '../confinement/log-source.ts';
import { type LogsRead, readHostLogs, readNamedLogs } from '../confinement/logs.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { FreeholdError } from '../core/error.ts';
import { printDiagnostics } from './diagnostics.ts';
import { targetOf, withHost } from './session.ts';
import { standardInput } from './standard-input.ts';

const MILLISECONDS_PER_SECOND = 1000;

export interface LearnLogs {
  readonly log?: readonly string[];
  readonly runs?: 'files' | 'gaps';
  /** Seconds. */
  readonly gap: number;
}

/** Reads the logs that are named, or this machine's, and cuts them into runs. */
export async function observeLogs({ log = [], runs, gap }: LearnLogs): Promise<Observed> {
  const observations = new Observations();
  const rule: RunRule =
    (runs ?? (log.length > 1 ? 'files' : 'gaps')) === 'files'
      ? { kind: 'files' }
      : { kind: 'gaps', gapMs: gap * MILLISECONDS_PER_SECOND };
  if (log.length === 0) {
    const logs = await withHost(targetOf(undefined, {}), (host) =>
      readHostLogs(host, { event: observations.source('this machine') }),
    );
    report(logs, { isNamed: false });
    return observations.cut(rule);
  }
  if (rule.kind === 'gaps') {
    report(await read(log, observations.source('logs')), { isNamed: true });
    return observations.cut(rule);
  }
  // Each by a reader of its own: a record that is in two files belongs to both, whichever is read first.
  for (const file of log) report(await read([file], observations.source(file)), { isNamed: true });
  return observations.cut(rule);
}

async function read(files: readonly string[], event: ReturnType<Observations['source']>): Promise<LogsRead> {
  try {
    return await readNamedLogs({ event }, { files, standardInput });
  } catch (error) {
    const message = `A log could not be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new FreeholdError('usage', [{ code: 'confine/log', level: 'error', message }], { cause: error });
  }
}

/** Says what the logs don't hold: what was lost or could not be read is no proof that nothing was done. */
function report({ sources, summary }: LogsRead, { isNamed }: { readonly isNamed: boolean }): void {
  const unread = sources.filter(
    (source): source is Extract<LogSource, { kind: 'not-read' }> => source.kind === 'not-read',
  );
  // Of a machine's logs the first that has records is enough; of those that somebody named, all are wanted.
  if (isNamed ? unread.length > 0 : unread.length === sources.length) {
    throw new FreeholdError(
      'unreachable',
      unread.map(({ name, reason }) => ({ code: 'confine/log', level: 'error', message: `${name}: ${reason}` })),
    );
  }
  printDiagnostics([
    ...sources.flatMap((source): readonly Diagnostic[] =>
      source.kind === 'read' && source.incomplete !== undefined
        ? [{ code: 'confine/log-incomplete', level: 'warning', message: `${source.name}: ${source.incomplete}` }]
        : [],
    ),
    ...problemsOf(summary),
  ]);
}

function problemsOf({ lost, lostLines, unreadableLines, impostorLines, forgeable }: LogSummary): readonly Diagnostic[] {
  const say = (count: number, code: string, message: string): readonly Diagnostic[] =>
    count === 0 ? [] : [{ code: `confine/${code}`, level: 'warning', message }];
  return [
    ...say(
      lostLines,
      'log-lost',
      `The log has lost at least ${String(lostAtLeast(lost))} records: rules may be missing.`,
    ),
    ...say(
      unreadableLines,
      'log-unreadable',
      `${String(unreadableLines)} lines are cut or could not be read for certain: rules may be missing.`,
    ),
    ...say(
      impostorLines,
      'log-impostor',
      `${String(impostorLines)} lines look like the kernel's and were written by a program: left out.`,
    ),
    ...say(
      forgeable,
      'log-forgeable',
      `${String(forgeable)} events come from a log that any local user can write into, and so widen the profile: learn from auditd's file or the journal.`,
    ),
  ];
}
