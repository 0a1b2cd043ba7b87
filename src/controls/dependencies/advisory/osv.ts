import { z } from 'zod';
import type { Advisory, AffectedPackage, AffectedRange, RangeEvent } from '../../../core/advisory.ts';

export type ParsedRecord =
  | { readonly kind: 'advisory'; readonly advisory: Advisory }
  /** Taken back by whoever had published it: it is about nothing any more. */
  | { readonly kind: 'withdrawn'; readonly id: string }
  /** No record of OSV; `problem` is one sentence that says where it breaks the format. */
  | { readonly kind: 'invalid'; readonly problem: string };

/** The longest summary shown in a line of a report. */
const SUMMARY_LIMIT_CHARACTERS = 200;
const DESCRIPTION_LIMIT_CHARACTERS = 16_384;
/** The greatest published record names some ten thousand versions. */
const LIST_LIMIT = 200_000;
const TEXT_LIMIT_CHARACTERS = 1000;

const text = z.string().max(TEXT_LIMIT_CHARACTERS);
const timestamp = z.iso.datetime({ offset: true });
const score = z.object({ type: text.min(1), score: text.min(1) });
const scores = z.array(score).max(LIST_LIMIT).nullish();

/** "events" of the OSV schema: each object has exactly one of these. */
const event = z
  .object({
    introduced: text.min(1).exactOptional(),
    fixed: text.min(1).exactOptional(),
    last_affected: text.min(1).exactOptional(),
    limit: text.min(1).exactOptional(),
  })
  .refine(
    (fields) => Object.keys(fields).length === 1,
    'must have exactly one of introduced, fixed, last_affected and limit',
  );

const range = z
  .object({ type: text, events: z.array(event).min(1).max(LIST_LIMIT) })
  .refine(({ events }) => events.some(({ introduced }) => introduced !== undefined), 'must have an event `introduced`');

/** https://ossf.github.io/osv-schema/, version 1.7; what isn't used here may be anything. */
const record = z.object({
  id: text.min(1),
  modified: timestamp,
  withdrawn: timestamp.nullish(),
  aliases: z.array(text).max(LIST_LIMIT).nullish(),
  summary: z.string().nullish(),
  details: z.string().nullish(),
  severity: scores,
  affected: z
    .array(
      z.object({
        // A range of commits may stand for itself.
        package: z.object({ ecosystem: text.min(1), name: text.min(1) }).nullish(),
        ranges: z.array(range).max(LIST_LIMIT).nullish(),
        versions: z.array(text).max(LIST_LIMIT).nullish(),
        severity: scores,
      }),
    )
    .max(LIST_LIMIT)
    .nullish(),
});

type OsvRange = z.output<typeof range>;

/** Reads one record of OSV, already parsed from JSON. Ranges of commits are left out: what is installed has a version. */
export function parseOsvRecord(json: unknown): ParsedRecord {
  const result = record.safeParse(json);
  if (!result.success) return { kind: 'invalid', problem: firstProblem(result.error) };
  const { id, modified, withdrawn, aliases, summary, details, severity, affected } = result.data;
  if (withdrawn !== undefined && withdrawn !== null) return { kind: 'withdrawn', id };
  const packages = (affected ?? []).flatMap((one): readonly AffectedPackage[] => {
    if (one.package === undefined || one.package === null) return [];
    const ranges = (one.ranges ?? []).filter(({ type }) => type !== 'GIT').map(toRange);
    return [{ ...one.package, affected: { versions: one.versions ?? [], ranges }, scores: one.severity ?? [] }];
  });
  return {
    kind: 'advisory',
    advisory: {
      id,
      aliases: (aliases ?? []).toSorted(),
      summary: firstLine(summary ?? details ?? ''),
      description: (summary ?? details ?? '').slice(0, DESCRIPTION_LIMIT_CHARACTERS),
      modified,
      scores: severity ?? [],
      packages,
    },
  };
}

function toRange({ events }: OsvRange): AffectedRange {
  return {
    events: events.flatMap((one): readonly RangeEvent[] => {
      if (one.introduced !== undefined) return [{ kind: 'introduced', version: one.introduced }];
      if (one.fixed !== undefined) return [{ kind: 'fixed', version: one.fixed }];
      return one.last_affected === undefined ? [] : [{ kind: 'last-affected', version: one.last_affected }];
    }),
    limits: events.flatMap(({ limit }) => (limit === undefined ? [] : [limit])),
  };
}

/** Of what a stranger wrote: one line that fits, without anything that would steer a terminal. */
function firstLine(whole: string): string {
  const line = whole
    .trimStart()
    .split('\n', 1)
    .join('')
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
  return line.length <= SUMMARY_LIMIT_CHARACTERS ? line : `${line.slice(0, SUMMARY_LIMIT_CHARACTERS - 1).trimEnd()}…`;
}

function firstProblem({ issues }: z.ZodError): string {
  const [issue] = issues;
  const place = issue?.path.map(String).join('.') ?? '';
  const what = issue?.message ?? 'it is no record';
  return place === '' ? what : `${place}: ${what}`;
}
