import { z } from 'zod';
import type { AuditReport } from '../core/audit.ts';
import type { FleetReport } from '../core/fleet.ts';
import type { Plan } from '../core/plan.ts';
import { SEVERITIES } from '../core/severity.ts';

const count = z.int().min(0);
const severity = z.enum(SEVERITIES);
const argv = z.tuple([z.string()], z.string());
const irreversible = z
  .string()
  .exactOptional()
  .describe("Why this can't be taken back before a reboot; absent for changes that can be undone.");

export const reference = z
  .strictObject({
    source: z.string(),
    item: z.string(),
    version: z.string().exactOptional(),
    url: z.string().exactOptional(),
  })
  .meta({ id: 'Reference', description: 'A published recommendation that asks for the same thing.' });

const location = z
  .strictObject({ path: z.string(), line: z.int().min(1).exactOptional() })
  .meta({ id: 'Location', description: 'A file, and the very line that decides where there is one.' });

const attributes = z
  .strictObject({ mode: count.describe('Permission bits, as a decimal number.'), owner: z.string(), group: z.string() })
  .meta({ id: 'FileAttributes', description: 'For a file that is created.' });

const fileChange = z.strictObject({
  kind: z.literal('file'),
  path: z.string(),
  content: z.string().nullable().describe('The whole new content; null removes the file.'),
  madeFrom: z
    .string()
    .exactOptional()
    .describe('SHA-256 of the text that the content was made from; the change is for no other.'),
  created: attributes,
  irreversible,
});

const linesChange = z.strictObject({
  kind: z.literal('lines'),
  path: z.string(),
  remove: z.array(z.string()),
  add: z.array(z.string()),
  header: z.array(z.string()),
  created: attributes,
  irreversible,
});

const sysctlChange = z.strictObject({
  kind: z.literal('sysctl'),
  key: z.string(),
  path: z.string(),
  value: z.string(),
  alsoChanges: z.array(z.string()),
  irreversible,
});

const unitChange = z.strictObject({
  kind: z.literal('unit'),
  name: z.string(),
  action: z.enum(['enable', 'disable', 'start', 'stop', 'restart', 'reload', 'mask', 'unmask']),
  irreversible,
});

const packageChange = z.strictObject({
  kind: z.literal('package'),
  name: z.string(),
  action: z.enum(['install', 'remove']),
  version: z.string().exactOptional(),
  irreversible,
});

const commandChange = z.strictObject({
  kind: z.literal('command'),
  title: z.string(),
  run: argv,
  undo: argv.nullable(),
  settle: argv.exactOptional(),
  unless: argv.exactOptional(),
  touches: z.array(z.string()),
  touchesFolders: z.array(z.string()).exactOptional(),
  irreversible,
});

const planned = [fileChange, sysctlChange, unitChange, packageChange, commandChange] as const;

const remedy = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('changes'),
      changes: z.array(z.discriminatedUnion('kind', [...planned, linesChange])),
    }),
    z.strictObject({ kind: z.literal('manual'), instruction: z.string() }),
    z.strictObject({ kind: z.literal('reboot') }),
  ])
  .meta({ id: 'Remedy', description: 'What would make the finding pass, or why only a person can.' });

const waiver = z
  .strictObject({
    finding: z.string().describe('A finding id, or a glob over ids.'),
    reason: z.string(),
    owner: z.string(),
    expires: z.string().describe('The last day it holds, in UTC: 2027-03-31.'),
    where: location.exactOptional(),
  })
  .meta({ id: 'Waiver', description: 'An accepted deviation.' });

const finding = z
  .strictObject({
    id: z.string().describe('Stable from run to run: kernel/sysctl/net.ipv4.ip_forward.'),
    domain: z.string(),
    outcome: z.enum(['pass', 'fail', 'unknown', 'not-applicable', 'waived']),
    severity,
    title: z.string(),
    summary: z.string(),
    why: z.string(),
    mayBreak: z.string().exactOptional(),
    expected: z.json(),
    observed: z.json(),
    reason: z.string().exactOptional().describe('Always there for unknown and not-applicable.'),
    where: location.exactOptional(),
    references: z.array(reference),
    remedy: remedy.exactOptional(),
    waiver: waiver.exactOptional(),
  })
  .meta({ id: 'Finding', description: 'One thing that was compared with the blueprint.' });

const tally = z
  .strictObject({
    outcomes: z.strictObject({ pass: count, fail: count, unknown: count, 'not-applicable': count, waived: count }),
    failing: z
      .strictObject({ info: count, low: count, medium: count, high: count, critical: count })
      .describe('Failing findings by severity.'),
  })
  .meta({ id: 'Tally', description: 'How many findings there are of each kind.' });

export const facts = z
  .strictObject({
    address: z.string(),
    hostname: z.string(),
    os: z.string(),
    osVersion: z.string(),
    osName: z.string(),
    kernelRelease: z.string(),
    architecture: z.string(),
    isRoot: z.boolean(),
    container: z.string().nullable(),
    isRunning: z.boolean().describe('false for an image: only what decides the next boot could be seen.'),
    recordedAt: z.string().exactOptional().describe('UTC, ISO 8601: when a recorded machine was looked at.'),
  })
  .meta({ id: 'Facts', description: 'What is known of the machine.' });

/** What `--format json` prints for an audit. */
export const auditReportSchema: z.ZodType<AuditReport> = z
  .strictObject({
    format: z.literal('freehold.audit/1'),
    tool: z.strictObject({ name: z.literal('freehold'), version: z.string() }),
    startedAt: z.iso.datetime().describe('UTC, ISO 8601.'),
    durationMs: z.number().min(0),
    host: facts,
    blueprint: z.strictObject({
      name: z.string(),
      path: z.string(),
      extends: z.array(z.string()),
      digest: z.string().describe('Of the merged policy in canonical JSON: sha256:…'),
    }),
    domains: z.array(
      z.strictObject({
        id: z.string(),
        title: z.string(),
        tally,
        error: z.string().exactOptional().describe('Set when the domain itself broke.'),
      }),
    ),
    findings: z.array(finding).describe('Sorted by domain, then id.'),
    summary: tally,
  })
  .meta({ title: 'Freehold audit report' });

const diagnostic = z
  .strictObject({
    code: z.string().describe('Stable and searchable.'),
    level: z.enum(['error', 'warning']),
    message: z.string(),
    where: z
      .strictObject({
        path: z.string(),
        line: z.int().min(1).exactOptional(),
        column: z.int().min(1).exactOptional(),
        excerpt: z.string().exactOptional(),
      })
      .exactOptional(),
    hint: z.string().exactOptional().describe('What to do about it.'),
  })
  .meta({ id: 'Diagnostic', description: 'A problem, and what to do about it.' });

const hostIdentity = {
  name: z.string().describe('Unique in a report.'),
  address: z.string(),
  groups: z.array(z.string()),
  attempts: count,
};

/** What `--format json` prints for an audit of many hosts. */
export const fleetReportSchema: z.ZodType<FleetReport> = z
  .strictObject({
    format: z.literal('freehold.fleet/1'),
    tool: z.strictObject({ name: z.literal('freehold'), version: z.string() }),
    startedAt: z.iso.datetime().describe('UTC, ISO 8601.'),
    durationMs: z.number().min(0),
    hosts: z
      .array(
        z.discriminatedUnion('kind', [
          z.strictObject({ ...hostIdentity, kind: z.literal('audited'), report: auditReportSchema }),
          z.strictObject({ ...hostIdentity, kind: z.literal('failed'), problems: z.array(diagnostic) }),
        ]),
      )
      .describe('Sorted by name. Nothing is known of a host that failed.'),
  })
  .meta({ title: 'Freehold fleet report' });

/** What `--format json` prints for a plan. */
export const planSchema: z.ZodType<Plan> = z
  .strictObject({
    format: z.literal('freehold.plan/1'),
    host: z.string(),
    blueprint: z.string(),
    steps: z.array(
      z.strictObject({
        change: z.discriminatedUnion('kind', [...planned]),
        findings: z.array(z.string()),
        before: z.string().nullable().describe("A file's text or a parameter's value now; null where there is none."),
      }),
    ),
    leftOut: z.array(z.strictObject({ finding: z.string(), reason: z.string() })),
  })
  .meta({ title: 'Freehold plan' });

/**
 * A schema as published (JSON Schema draft 2020-12). It lets unknown properties pass, so that a reader written for this
 * version still takes reports of a later one that only adds.
 */
export function publishedSchema(schema: z.ZodType): unknown {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    override: ({ jsonSchema }) => {
      if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
    },
  });
}
