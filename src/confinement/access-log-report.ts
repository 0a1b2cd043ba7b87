import type { EventGroup, EventGroups } from '../apparmor/log/event-groups.ts';
import { lostAtLeast, type UnreadableLine } from '../apparmor/log/records.ts';
import type { AccessGroup, AccessLogLine, AccessLogReport } from '../core/access-log-report.ts';
import { shown } from '../core/byte-text.ts';
import type { AuditState } from './audit-state.ts';
import type { LogsRead } from './logs.ts';

/** Of each profile, unless all are asked for. */
const GROUPS_PER_PROFILE = 20;
/** Of a report, unless all are asked for. */
const GROUPS = 200;

export interface ReportWish {
  readonly version: string;
  readonly host?: string;
  readonly audit?: AuditState;
  readonly isAll: boolean;
}

/** What was read, in one report. */
export function reportAccessLog(read: LogsRead, groups: EventGroups, wish: ReportWish): AccessLogReport {
  const { summary, sources, outside, undated } = read;
  const all = groups.list();
  const listed = wish.isAll ? all : firstOfEach(all);
  return {
    format: 'freehold.access-log/1',
    tool: { name: 'freehold', version: wish.version },
    ...(wish.host !== undefined && { host: wish.host }),
    sources,
    counts: {
      lines: summary.lines,
      events: summary.events,
      statuses: summary.statuses,
      duplicates: summary.duplicates,
      forgeable: summary.forgeable,
      outside,
      undated,
      lostLines: summary.lostLines,
      unreadableLines: summary.unreadableLines,
      impostorLines: summary.impostorLines,
      ungrouped: groups.ungrouped,
    },
    lost: {
      atLeast: lostAtLeast(summary.lost),
      sinceStart: wish.audit?.kind === 'known' ? wish.audit.lost : null,
      ...(wish.audit?.kind === 'unknown' && { unknown: wish.audit.reason }),
      lines: summary.lost.map(({ source, line, text, cause }) => ({ source, line, text: shown(text), cause })),
    },
    unreadable: summary.unreadable.map(doubtful),
    impostors: summary.impostors.map(doubtful),
    groups: listed.map(groupOf),
    leftOut: all.length - listed.length,
  };
}

function firstOfEach(groups: readonly EventGroup[]): readonly EventGroup[] {
  const seen = new Map<string, number>();
  const first = groups.filter(({ event }) => {
    const label = `${event.namespace ?? ''}\0${event.profile}`;
    const count = (seen.get(label) ?? 0) + 1;
    seen.set(label, count);
    return count <= GROUPS_PER_PROFILE;
  });
  return first.slice(0, GROUPS);
}

function doubtful({ source, line, reason }: UnreadableLine): AccessLogLine {
  return { source, line, text: shown(reason) };
}

function groupOf({ event, object, count, firstMs, lastMs }: EventGroup): AccessGroup {
  const { namespace, info } = event;
  return {
    profile: shown(event.profile),
    ...(namespace !== undefined && { namespace: shown(namespace) }),
    verdict: event.verdict,
    class: shown(event.class),
    operation: shown(event.operation),
    requested: shown(event.requested),
    object: shown(object),
    ...(info !== undefined && { info: shown(info) }),
    count,
    ...(firstMs !== undefined && { firstAt: new Date(firstMs).toISOString() }),
    ...(lastMs !== undefined && { lastAt: new Date(lastMs).toISOString() }),
  };
}
