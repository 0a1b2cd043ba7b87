import { createHash } from 'node:crypto';
import type { Finding } from '../core/finding.ts';
import type { Waiver } from '../core/waiver.ts';
import { IdPattern } from './id-pattern.ts';

export interface WaiverMatch {
  /** By finding id: the waiver that applies. Only failing and unknown findings can be waived. */
  readonly waived: ReadonlyMap<string, Waiver>;
  /** What is wrong with the waivers themselves: expired ones, and those that nothing needs; sorted by id. */
  readonly findings: readonly Finding[];
}

/** `today` as `YYYY-MM-DD`; a waiver that expires today still holds. The first waiver that fits a finding applies. */
export function matchWaivers(findings: readonly Finding[], waivers: readonly Waiver[], today: string): WaiverMatch {
  const waivable = findings.filter(({ outcome }) => outcome === 'fail' || outcome === 'unknown').map(({ id }) => id);
  const waived = new Map<string, Waiver>();
  const ownFindings: Finding[] = [];
  const slugs = new Slugs();
  for (const waiver of waivers) {
    const pattern = new IdPattern(waiver.finding);
    const matching = waivable.filter((id) => pattern.matches(id));
    const slug = slugs.take(waiver.finding);
    if (waiver.expires < today) {
      ownFindings.push(expired(waiver, slug, matching));
      continue;
    }
    for (const id of matching) if (!waived.has(id)) waived.set(id, waiver);
    if (matching.length > 0) continue;
    const idle = findings.filter(({ id }) => pattern.matches(id)).map(({ id }) => id);
    ownFindings.push(unused(waiver, slug, idle));
  }
  return { waived, findings: ownFindings.sort((a, b) => (a.id < b.id ? -1 : 1)) };
}

function expired(waiver: Waiver, slug: string, matching: readonly string[]): Finding {
  const effect = matching.length === 0 ? 'nothing needs it any more' : `${count(matching)} not waived any more`;
  return {
    ...base(waiver),
    id: `waivers/expired/${slug}`,
    severity: 'medium',
    title: `Waiver for ${waiver.finding}: still valid`,
    summary: `expired on ${waiver.expires}; ${effect}`,
    why: 'A deviation was accepted until a day that has passed: nobody answers for it since.',
    expected: 'an expiry date that has not passed',
    observed: waiver.expires,
    remedy: {
      kind: 'manual',
      instruction:
        matching.length === 0
          ? 'Remove the waiver.'
          : `Mend what it waived and remove it, or let ${waiver.owner} decide on a new expiry date.`,
    },
  };
}

function unused(waiver: Waiver, slug: string, idle: readonly string[]): Finding {
  const summary = idle.length === 0 ? 'matches no finding' : 'matches only findings that neither fail nor are unknown';
  return {
    ...base(waiver),
    id: `waivers/unused/${slug}`,
    severity: 'low',
    title: `Waiver for ${waiver.finding}: needed`,
    summary,
    why: 'A waiver that nothing needs would silently hide a problem of that name should one come up.',
    expected: 'a failing or unknown finding that it waives',
    observed: [...idle].sort(),
    remedy: {
      kind: 'manual',
      instruction:
        idle.length === 0
          ? 'Remove the waiver, or correct the id: reports show the ids of all findings.'
          : 'Remove the waiver.',
    },
  };
}

function base({ where }: Waiver): Pick<Finding, 'outcome' | 'references' | 'where'> {
  return { outcome: 'fail', references: [], ...(where !== undefined && { where }) };
}

/** `1 finding is`, `3 findings are`. */
function count(ids: readonly string[]): string {
  return ids.length === 1 ? '1 finding is' : `${ids.length} findings are`;
}

const HASH_DIGITS = 8;

/** Names for waivers that stay the same from run to run, whatever other waivers there are. */
class Slugs {
  readonly #taken = new Map<string, number>();

  take(pattern: string): string {
    const slug = slugOf(pattern);
    const times = (this.#taken.get(slug) ?? 0) + 1;
    this.#taken.set(slug, times);
    return times === 1 ? slug : `${slug}~${times}`;
  }
}

/** An id names itself; a pattern loses its stars, so a digest keeps patterns apart. */
function slugOf(pattern: string): string {
  if (/^[\w./:@-]+$/.test(pattern)) return pattern;
  const readable = pattern.replace(/[^\w./:@-]+/g, '-').replace(/^[-/]+|[-/]+$/g, '');
  const digest = createHash('sha256').update(pattern).digest('hex').slice(0, HASH_DIGITS);
  return readable === '' ? digest : `${readable}-${digest}`;
}
