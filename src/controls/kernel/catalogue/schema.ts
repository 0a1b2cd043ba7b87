import { z } from 'zod';
import { SEVERITIES } from '../../../core/severity.ts';

/** The shape of the catalogue's files. Checked by a test, not at every start: they ship with Freehold and can't change. */
const entry = z.strictObject({
  title: z.string().min(1),
  severity: z.enum(SEVERITIES),
  what: z.string().min(1),
  why: z.string().min(1),
  mayBreak: z.string().min(1).exactOptional(),
  disagreement: z.string().min(1).exactOptional(),
  requiresConfig: z
    .string()
    .regex(/^CONFIG_\w+$/)
    .exactOptional(),
  sinceLinux: z
    .string()
    .regex(/^\d+\.\d+$/)
    .exactOptional(),
  references: z.array(z.strictObject({ source: z.string(), item: z.string().min(1) })),
});

const sysctlEntry = entry.extend({
  order: z.union([z.enum(['increasing', 'decreasing']), z.array(z.array(z.string()))]).exactOptional(),
  writeOnce: z.strictObject({ values: z.array(z.string()), reason: z.string() }).exactOptional(),
  requiresModule: z.string().exactOptional(),
  isPerNetworkNamespace: z.literal(true).exactOptional(),
  interfaceRule: z
    .enum(['max', 'min', 'or', 'and', 'and-if-forwarding-else-or', 'interface', 'propagates'])
    .exactOptional(),
});

const source = z.strictObject({ title: z.string(), version: z.string().exactOptional(), url: z.url() });

export const catalogueFile = z.strictObject({ version: z.literal(1), keys: z.record(z.string(), entry) });
export const sysctlFile = z.strictObject({ version: z.literal(1), keys: z.record(z.string(), sysctlEntry) });
export const sourcesFile = z.strictObject({ version: z.literal(1), sources: z.record(z.string(), source) });

export type CatalogueEntry = z.output<typeof entry>;
export type SysctlEntry = z.output<typeof sysctlEntry>;
export type CatalogueFile = z.output<typeof catalogueFile>;
export type SysctlFile = z.output<typeof sysctlFile>;
export type SourcesFile = z.output<typeof sourcesFile>;
