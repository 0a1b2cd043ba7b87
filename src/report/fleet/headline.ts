import { plural } from '../../core/describe.ts';
import { SEVERITIES_WORST_FIRST } from '../vocabulary.ts';
import type { FleetSummary, worstOf } from './summary.ts';

/** The answer in one or two sentences: what was not looked at is never counted as well. */
export function fleetHeadline({ hosts, audited, failed, worst }: FleetSummary): readonly string[] {
  const failing = SEVERITIES_WORST_FIRST.filter((severity) => worst[severity] > 0);
  const withFailures = failing.reduce((sum, severity) => sum + worst[severity], 0);
  const counts = [
    ...(withFailures > 0
      ? [
          `${String(withFailures)} with failures (${failing.map((severity) => `${String(worst[severity])} at worst ${severity}`).join(', ')})`,
        ]
      : []),
    ...(worst.unknown > 0 ? [`${String(worst.unknown)} with unknown answers only`] : []),
    ...(worst.none > 0 ? [`${String(worst.none)} with nothing to mend`] : []),
  ];
  const looked = `${plural(audited.length, 'machine')} of ${String(hosts.length)} looked at: ${counts.join(' · ')}`;
  return [
    audited.length === 0 ? `None of ${plural(hosts.length, 'machine')} could be looked at` : looked,
    ...(failed.length > 0 && audited.length > 0
      ? [
          `${plural(failed.length, 'machine')} could not be looked at: nothing is known of ${failed.length === 1 ? 'it' : 'them'}`,
        ]
      : []),
  ];
}

/** The word for a machine's gravest failing finding. */
export function describeWorst(worst: ReturnType<typeof worstOf>): string {
  return worst === 'none' ? 'clean' : worst;
}
