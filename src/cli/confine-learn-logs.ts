import { type Observed, type ObservedSource, Observations, type RunRule } from '../apparmor/learn/observations.ts';
import type { LogSink } from '../apparmor/log/access-log-reader.ts';
import { isOfProbe } from '../apparmor/log/probe-mark.ts';
import { readHostLogs } from '../confinement/logs.ts';
import { readLogFiles, reportLogs } from './access-logs.ts';

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
    // What reaches a machine is a third of the program, and logs that somebody names need none of it.
    const { targetOf, withHost } = await import('./session.ts');
    const logs = await withHost(targetOf(undefined, {}), (host) =>
      readHostLogs(host, workOf(observations.source('this machine'))),
    );
    reportLogs(logs, { isNamed: false });
    return observations.cut(rule);
  }
  if (rule.kind === 'gaps') {
    await readLogFiles(log, workOf(observations.source('logs')));
    return observations.cut(rule);
  }
  // Each by a reader of its own: a record that is in two files belongs to both, whichever is read first.
  for (const file of log) await readLogFiles([file], workOf(observations.source(file)));
  return observations.cut(rule);
}

/** What Freehold tried itself is no need of the program. */
function workOf({ event: take, again }: ObservedSource): LogSink {
  return {
    event: (event, number) => {
      if (!isOfProbe(event)) take(event, number);
    },
    again: (first, stamp, number) => {
      if (!isOfProbe(first)) again(first, stamp, number);
    },
  };
}
