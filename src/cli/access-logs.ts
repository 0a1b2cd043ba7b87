import type { LogSink } from '../apparmor/log/access-log-reader.ts';
import { lostAtLeast, type LogSummary } from '../apparmor/log/records.ts';
import type { LogSource } from '../confinement/log-source.ts';
import { type LogsRead, readNamedLogs } from '../confinement/logs.ts';
import { plural } from '../core/describe.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { FreeholdError } from '../core/error.ts';
import { printDiagnostics } from './diagnostics.ts';
import { standardInput } from './standard-input.ts';

/** Reads logs that somebody named, all of which must be readable; says what they don't hold. */
export async function readLogFiles(files: readonly string[], sink: LogSink): Promise<void> {
  try {
    reportLogs(await readNamedLogs(sink, { files, standardInput }), { isNamed: true });
  } catch (error) {
    if (error instanceof FreeholdError) throw error;
    const message = `A log could not be read: ${error instanceof Error ? error.message : String(error)}`;
    throw new FreeholdError('usage', [{ code: 'confine/log', level: 'error', message }], { cause: error });
  }
}

/** Says what logs don't hold: what was lost or could not be read is no proof that nothing was done. */
export function reportLogs({ sources, summary }: LogsRead, { isNamed }: { readonly isNamed: boolean }): void {
  const unread = sources.filter(
    (source): source is Extract<LogSource, { kind: 'not-read' }> => source.kind === 'not-read',
  );
  // Of a machine's logs the first that has records is enough; of those that somebody named, all are wanted.
  if (isNamed ? unread.length > 0 : unread.length === sources.length) {
    throw new FreeholdError(
      'unreachable',
      unread.map(({ name, reason }) => ({ code: 'confine/log', level: 'error', message: `${name}: ${reason}.` })),
    );
  }
  printDiagnostics([
    ...sources.flatMap((source): readonly Diagnostic[] =>
      source.kind === 'read' && source.incomplete !== undefined
        ? [
            {
              code: 'confine/log-incomplete',
              level: 'warning',
              message: `${source.name} ends too early (${source.incomplete}): what it said then is missing here.`,
            },
          ]
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
      `The log has lost at least ${plural(lostAtLeast(lost), 'record')}: what was said there is missing here.`,
    ),
    ...say(
      unreadableLines,
      'log-unreadable',
      `${plural(unreadableLines, 'line')} cut, or not to be read for certain: what was said there is missing here.`,
    ),
    ...say(
      impostorLines,
      'log-impostor',
      `${plural(impostorLines, 'line')} left out, written by a program to look like the kernel's.`,
    ),
    ...say(
      forgeable,
      'log-forgeable',
      `${plural(forgeable, 'event')} from a log that any local user can write into: auditd's file or the journal is safer.`,
    ),
  ];
}
