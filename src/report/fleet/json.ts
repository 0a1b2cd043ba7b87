import type { FleetReport } from '../../core/fleet.ts';
import { lineSorted } from '../json.ts';

/** The report as data, a line for each machine; schema/fleet-report.schema.json describes it. */
export function renderFleetJson(report: FleetReport): string {
  return [...fleetJsonPieces(report)].join('');
}

/** The same, piece by piece: a thousand machines are a hundred megabytes. */
export function* fleetJsonPieces({ hosts, ...frame }: FleetReport): Generator<string> {
  yield `${lineSorted(frame).slice(0, -1)},"hosts":[`;
  for (const [index, host] of hosts.entries()) yield `${index === 0 ? '' : ','}\n${lineSorted(host)}`;
  yield '\n]}\n';
}
