import type { AccessEvent } from '../../../apparmor/log/event.ts';
import type { ByteText } from '../../../core/byte-text.ts';
import type { SoakEvidence } from '../state.ts';

/**
 * What a log says of the time since a moment: processes of the profile that left a trace, and what it would have denied. A run
 * without a trace is not counted: complain mode writes down nothing that the profile allows.
 */
export function evidenceIn(
  events: readonly AccessEvent[],
  { profile, sinceMs }: { readonly profile: ByteText; readonly sinceMs: number },
): Pick<SoakEvidence, 'runs' | 'denials'> {
  const ours = events.filter(
    (event) =>
      (event.profile === profile || event.profile.startsWith(`${profile}//`)) &&
      event.timeMs !== undefined &&
      event.timeMs >= sinceMs,
  );
  const pids = new Set(ours.flatMap(({ pid }) => (pid === undefined ? [] : [pid])));
  const denials = ours.filter(({ verdict }) => verdict === 'ALLOWED' || verdict === 'DENIED').length;
  return { runs: { kind: 'known', value: pids.size }, denials: { kind: 'known', value: denials } };
}
