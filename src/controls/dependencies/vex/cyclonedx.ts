import { z } from 'zod';
import type { VexProduct, VexStatus } from '../../../core/advisory.ts';
import { BomReferences } from './bom-references.ts';
import { firstProblem, LIST_LIMIT, name, oneLine, STATEMENTS_LIMIT, timestamp } from './fields.ts';
import { identifierOf } from './identifier.ts';
import type { ParsedStatement, ParsedVex, WrittenStatement } from './parsed.ts';

/** "impactAnalysisState" of the schema. */
const STATES = {
  resolved: 'fixed',
  resolved_with_pedigree: 'fixed',
  exploitable: 'affected',
  in_triage: 'under-investigation',
  false_positive: 'not-affected',
  not_affected: 'not-affected',
} as const satisfies Readonly<Record<string, VexStatus>>;

/** From 1.4 on there are vulnerabilities in it. */
const VERSION = /^1\.(?:[4-9]|[1-9]\d)$/;

const loose = timestamp.nullish().catch(undefined);

const documentSchema = z.object({
  specVersion: z.string().regex(VERSION, 'must be 1.4 or newer'),
  serialNumber: name.nullish(),
  version: z.int().min(1).nullish(),
  metadata: z.object({ timestamp: loose, component: z.unknown().optional() }).nullish(),
  components: z.array(z.unknown()).nullish(),
  vulnerabilities: z.array(z.unknown()).max(STATEMENTS_LIMIT).nullish(),
});

const affectedVersion = z
  .object({
    version: name.nullish(),
    range: name.nullish(),
    status: z.enum(['affected', 'unaffected', 'unknown']).default('affected'),
  })
  .refine(({ version, range }) => (version ?? range ?? undefined) !== undefined, 'must have a version or a range');

const vulnerabilitySchema = z.object({
  id: name,
  references: z
    .array(z.object({ id: name }))
    .max(LIST_LIMIT)
    .nullish(),
  recommendation: z.string().nullish(),
  updated: loose,
  analysis: z.object({
    state: z.enum(['resolved', 'resolved_with_pedigree', 'exploitable', 'in_triage', 'false_positive', 'not_affected']),
    justification: name.nullish(),
    detail: z.string().nullish(),
    firstIssued: loose,
    lastUpdated: loose,
  }),
  affects: z
    .array(z.object({ ref: name, versions: z.array(affectedVersion).max(LIST_LIMIT).nullish() }))
    .min(1)
    .max(LIST_LIMIT),
});

type Vulnerability = z.output<typeof vulnerabilitySchema>;

/** Reads the analyses of a CycloneDX BOM (https://cyclonedx.org/docs/1.6/json/); a vulnerability without one says nothing here. */
export function parseCycloneDx(json: unknown): ParsedVex {
  const result = documentSchema.safeParse(json);
  if (!result.success) return { kind: 'invalid', problem: firstProblem(result.error) };
  const { serialNumber, version, metadata, components, vulnerabilities } = result.data;
  const references = new BomReferences({ serialNumber, version, main: metadata?.component, components });
  const from = { document: serialNumber ?? undefined, issuedAt: metadata?.timestamp ?? undefined, references };
  const statements = (vulnerabilities ?? []).flatMap((one, index) => {
    const isAnalysed = typeof one === 'object' && one !== null && 'analysis' in one;
    return isAnalysed || typeof one !== 'object' ? [parseVulnerability(one, index, from)] : [];
  });
  return { kind: 'document', statements };
}

interface From {
  readonly document: string | undefined;
  readonly issuedAt: string | undefined;
  readonly references: BomReferences;
}

function parseVulnerability(json: unknown, index: number, { document, issuedAt, references }: From): ParsedStatement {
  const at = `vulnerabilities.${String(index)}`;
  const { data, error } = vulnerabilitySchema.safeParse(json);
  if (data === undefined) return { kind: 'invalid', at, problem: firstProblem(error) };
  const { id, analysis, recommendation, updated } = data;
  const status = STATES[analysis.state];
  const products = productsOf(data, status, references);
  if (typeof products === 'string') return { kind: 'invalid', at, problem: products };
  const text = oneLine(analysis.detail) ?? oneLine(recommendation);
  const saidAt = analysis.lastUpdated ?? analysis.firstIssued ?? issuedAt ?? updated ?? undefined;
  const falsePositive = analysis.state === 'false_positive' ? 'false_positive' : undefined;
  const justification = status === 'not-affected' ? (analysis.justification ?? falsePositive) : undefined;
  const statement: WrittenStatement = {
    status,
    ...(justification !== undefined && { justification }),
    ...(text !== undefined && { text }),
    ...(saidAt !== undefined && { timestamp: saidAt }),
    ...(document !== undefined && { document }),
    vulnerabilities: [...new Set([id, ...(data.references ?? []).map((one) => one.id)])],
    products,
  };
  return { kind: 'statement', at, statement };
}

/** A sentence where a reference leads nowhere, or what a statement takes off can't be told exactly. */
function productsOf(data: Vulnerability, status: VexStatus, references: BomReferences): readonly VexProduct[] | string {
  const isTakingOff = status === 'not-affected' || status === 'fixed';
  const products: VexProduct[] = [];
  for (const [index, { ref, versions }] of data.affects.entries()) {
    const at = `affects.${String(index)}`;
    const product = references.resolve(ref);
    if (product === undefined) return `${at}.ref: nothing in the document has this name, and it is no package URL`;
    if (versions === null || versions === undefined || versions.length === 0) products.push(product);
    else if (!isTakingOff) products.push(product);
    else if (versions.some(({ range }) => range !== null && range !== undefined)) {
      return `${at}.versions: ranges of versions are not read`;
    } else {
      // Of a version that is affected in spite of the state, nothing is taken off.
      const unaffected = versions.filter((one) => one.status === 'unaffected').flatMap(({ version }) => version ?? []);
      if (unaffected.length > 0) products.push(inVersions(product, unaffected));
    }
  }
  return products;
}

/** The same, in these versions alone. */
function inVersions({ identifiers, subcomponents }: VexProduct, versions: readonly string[]): VexProduct {
  const narrowed = (texts: readonly string[]): readonly string[] =>
    texts.flatMap((text) => {
      const purl = identifierOf(text)?.purl;
      // What is no package URL has no place for a version.
      if (purl === undefined) return [];
      return versions.flatMap((version) => identifierOf(withVersion(text, version))?.text ?? []);
    });
  if (subcomponents.length === 0) return { identifiers: narrowed(identifiers), subcomponents };
  return { identifiers, subcomponents: subcomponents.map((one) => ({ identifiers: narrowed(one.identifiers) })) };
}

/** In the canonical form an @ of a name is written %40. */
function withVersion(purl: string, version: string): string {
  const [, start = '', rest = ''] = /^([^@?#]*)(?:@[^?#]*)?(.*)$/.exec(purl) ?? [];
  return `${start}@${encodeURIComponent(version)}${rest}`;
}
