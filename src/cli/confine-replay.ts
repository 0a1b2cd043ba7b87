import process from 'node:process';
import { type Replay, type ReplayGroup, RunningReplay } from '../apparmor/compiled/replay.ts';
import { isOfProbe } from '../apparmor/log/probe-mark.ts';
import { shown } from '../core/byte-text.ts';
import type { Diagnostic } from '../core/diagnostic.ts';
import { EXIT, type ExitCode } from '../core/error.ts';
import { readLogFiles } from './access-logs.ts';
import { type CompileOptions, needPolicy, policyWish } from './confine-policy.ts';
import { stringifySorted } from '../report/json.ts';
import { printDiagnostics } from './diagnostics.ts';
import { targetOf, withHost } from './session.ts';

export type ConfineReplayOptions = CompileOptions;

const REPLAY_FORMAT = 'freehold.confine-replay/1';

export interface ReplayArguments {
  readonly profile: string;
  readonly logs: readonly string[];
}

/** `freehold confine replay` */
export async function confineReplayCommand(
  { profile, logs }: ReplayArguments,
  options: ConfineReplayOptions,
): Promise<ExitCode> {
  return withHost(targetOf(options.host, options), async (host) => {
    const { policy, shown: how } = await needPolicy(host, policyWish(profile, options));
    const running = new RunningReplay(policy.profiles);
    await readLogFiles(logs, {
      event: (event) => {
        if (!isOfProbe(event)) running.add(event);
      },
    });
    const result = running.result();
    if (options.format === 'json') {
      process.stdout.write(stringifySorted(replayReport(result, { path: profile, how })));
    } else process.stdout.write(rendered(result));
    if (result.counts.events === 0) printDiagnostics([NOTHING_RECORDED]);
    return exitCodeOf(result);
  });
}

/** The result as data. */
export function replayReport(
  { counts, groups }: Replay,
  policy: { readonly path: string; readonly how: string },
): unknown {
  return { format: REPLAY_FORMAT, policy, counts, groups: groups.map(shownGroup) };
}

function shownGroup(group: ReplayGroup): ReplayGroup {
  return {
    ...group,
    profile: shown(group.profile),
    ...(group.namespace !== undefined && { namespace: shown(group.namespace) }),
    class: shown(group.class),
    operation: shown(group.operation),
    subject: shown(group.subject),
    permissions: group.permissions.map(shown),
  };
}

const NOTHING_RECORDED: Diagnostic = {
  code: 'confine/nothing-recorded',
  level: 'warning',
  message: 'The logs hold no access, so nothing is known of what the policy would deny.',
  hint: 'Name a log of a time in which the program ran under a profile that complains or denies.',
};

function exitCodeOf({ counts }: Replay): ExitCode {
  if (counts.denied > 0) return EXIT.findings;
  return counts.unknown > 0 || counts.events === 0 ? EXIT.unreachable : EXIT.clean;
}

function rendered({ counts, groups }: Replay): string {
  const { events, allowed, denied, unknown } = counts;
  const head = `${String(events)} accesses: ${String(allowed)} allowed, ${String(denied)} would be denied, ${String(unknown)} not known\n`;
  return head + groups.map((group) => `${line(group)}\n`).join('');
}

function line({
  verdict,
  profile,
  namespace,
  operation,
  subject,
  permissions,
  reason,
  isQuiet,
  count,
}: ReplayGroup): string {
  const quiet = isQuiet ? ', and nothing would be logged' : '';
  const why = reason === undefined ? '' : ` (${shown(reason)}${quiet})`;
  const label = namespace === undefined ? profile : `:${namespace}://${profile}`;
  return `  ${String(count)} × ${verdict}: ${shown(label)} ${shown(operation)} ${shown(permissions.join(''))} ${shown(subject)}${why === '' && isQuiet ? ' (nothing would be logged)' : why}`;
}
