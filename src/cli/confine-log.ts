import process from 'node:process';
import { EventGroups } from '../apparmor/log/event-groups.ts';
import { reportAccessLog } from '../confinement/access-log-report.ts';
import type { TimeBounds } from '../confinement/log-source.ts';
import { readHostLogs, readNamedLogs } from '../confinement/logs.ts';
import type { AccessLogReport } from '../core/access-log-report.ts';
import { EXIT, type ExitCode, FreeholdError } from '../core/error.ts';
import { renderAccessLog } from '../report/confinement/access-log-terminal.ts';
import { stringifySorted } from '../report/json.ts';
import type { ConnectionOptions } from './connection.ts';
import { parseMoment } from './moment.ts';
import { targetOf, withHost } from './session.ts';
import { standardInput } from './standard-input.ts';
import { terminalOptions } from './terminal.ts';
import { freeholdVersion } from './version.ts';

export interface ConfineLogOptions extends ConnectionOptions {
  readonly log?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly all?: true;
  readonly format: 'terminal' | 'json';
}

/** `freehold confine log` */
export async function confineLogCommand(address: string | undefined, options: ConfineLogOptions): Promise<ExitCode> {
  if (address !== undefined && options.log !== undefined) {
    const message = 'Logs that are named with --log lie on this computer: no machine is asked.';
    const hint = 'Name a machine, or files.';
    throw new FreeholdError('usage', [{ code: 'confine/usage', level: 'error', message, hint }]);
  }
  const report = await readReport(address, options);
  const text =
    options.format === 'json' ? stringifySorted(report) : renderAccessLog(report, terminalOptions(process.stdout));
  process.stdout.write(text);
  return isUnread(report, options) ? EXIT.unreachable : EXIT.clean;
}

async function readReport(address: string | undefined, options: ConfineLogOptions): Promise<AccessLogReport> {
  const groups = new EventGroups();
  const sink = { event: groups.add.bind(groups) };
  const bounds = boundsOf(options);
  const wish = { version: freeholdVersion(), isAll: options.all === true };
  if (options.log !== undefined) {
    const read = await readNamedLogs(sink, { ...bounds, files: options.log, standardInput });
    return reportAccessLog(read, groups, wish);
  }
  return withHost(targetOf(address, options), async (host) => {
    const read = await readHostLogs(host, sink, bounds);
    return reportAccessLog(read, groups, { ...wish, host: host.facts.address, audit: read.audit });
  });
}

function boundsOf({ since, until }: ConfineLogOptions): TimeBounds {
  const nowMs = Date.now();
  return {
    ...(since !== undefined && { sinceMs: parseMoment(since, nowMs) }),
    ...(until !== undefined && { untilMs: parseMoment(until, nowMs) }),
  };
}

/** A file that was named has to be read; of a machine one log is enough. */
function isUnread({ sources }: AccessLogReport, { log }: ConfineLogOptions): boolean {
  const isBad = (source: AccessLogReport['sources'][number]): boolean => source.kind === 'not-read';
  return log === undefined ? sources.every(isBad) : sources.some(isBad);
}
