import { z } from 'zod';
import type { VexComponent, VexProduct, VexStatus } from '../../../core/advisory.ts';
import { firstProblem, identifier, LIST_LIMIT, name, oneLine, STATEMENTS_LIMIT, timestamp } from './fields.ts';
import type { ParsedStatement, ParsedVex, WrittenStatement } from './parsed.ts';

const STATUSES = {
  not_affected: 'not-affected',
  affected: 'affected',
  fixed: 'fixed',
  under_investigation: 'under-investigation',
} as const satisfies Readonly<Record<string, VexStatus>>;

/** "Status Justifications" of the specification. */
const OPENVEX_JUSTIFICATIONS = [
  'component_not_present',
  'vulnerable_code_not_present',
  'vulnerable_code_not_in_execute_path',
  'vulnerable_code_cannot_be_controlled_by_adversary',
  'inline_mitigations_already_exist',
] as const;

const component = { '@id': identifier.nullish(), identifiers: z.object({ purl: identifier.nullish() }).nullish() };
/** Version 0.0.1 has a text where 0.2.0 has an object: a product, a part of one, a vulnerability. */
const subcomponents = z
  .array(z.union([identifier, z.object(component)]))
  .max(LIST_LIMIT)
  .nullish();
const products = z
  .array(z.union([identifier, z.object({ ...component, subcomponents })]))
  .min(1)
  .max(LIST_LIMIT);
const vulnerability = z.union([
  name,
  z.object({ '@id': name.nullish(), name: name.nullish(), aliases: z.array(name).max(LIST_LIMIT).nullish() }),
]);

const statementSchema = z
  .object({
    vulnerability,
    products,
    /** Of version 0.0.1, for all products. */
    subcomponents,
    timestamp: timestamp.nullish(),
    status: z.enum(['not_affected', 'affected', 'fixed', 'under_investigation']),
    justification: z.enum(OPENVEX_JUSTIFICATIONS).nullish(),
    impact_statement: z.string().nullish(),
    action_statement: z.string().nullish(),
    status_notes: z.string().nullish(),
  })
  .refine(
    ({ status, justification, impact_statement: impact }) =>
      status !== 'not_affected' || (justification ?? oneLine(impact)) !== undefined,
    'not_affected needs a justification or an impact_statement',
  );

type OpenVexStatement = z.output<typeof statementSchema>;

const documentSchema = z.object({
  '@id': name.nullish(),
  timestamp: timestamp.nullish(),
  statements: z.array(z.unknown()).max(STATEMENTS_LIMIT),
});

/** Reads OpenVEX 0.0.1 and 0.2.0 (https://github.com/openvex/spec, OPENVEX-SPEC.md); what isn't used here may be anything. */
export function parseOpenVex(json: unknown): ParsedVex {
  const result = documentSchema.safeParse(json);
  if (!result.success) return { kind: 'invalid', problem: firstProblem(result.error) };
  const { '@id': document, timestamp: issuedAt, statements } = result.data;
  const from = { document: document ?? undefined, issuedAt: issuedAt ?? undefined };
  return { kind: 'document', statements: statements.map((one, index) => parseStatement(one, index, from)) };
}

interface From {
  readonly document: string | undefined;
  readonly issuedAt: string | undefined;
}

function parseStatement(json: unknown, index: number, { document, issuedAt }: From): ParsedStatement {
  const at = `statements.${String(index)}`;
  const { data, error } = statementSchema.safeParse(json);
  if (data === undefined) return { kind: 'invalid', at, problem: firstProblem(error) };
  const vulnerabilities = namesOf(data.vulnerability);
  if (vulnerabilities.length === 0) return { kind: 'invalid', at, problem: 'vulnerability: it has no name' };
  // "Timestamps" of "Inheritance Flow": a statement without a time can't be held against others.
  const saidAt = data.timestamp ?? issuedAt;
  if (saidAt === undefined) return { kind: 'invalid', at, problem: 'timestamp: neither it nor its document has one' };
  const text = oneLine(textOf(data));
  const justification = data.justification ?? undefined;
  const statement: WrittenStatement = {
    status: STATUSES[data.status],
    ...(data.status === 'not_affected' && justification !== undefined && { justification }),
    ...(text !== undefined && { text }),
    timestamp: saidAt,
    ...(document !== undefined && { document }),
    vulnerabilities,
    products: productsOf(data),
  };
  return { kind: 'statement', at, statement };
}

function namesOf(written: OpenVexStatement['vulnerability']): readonly string[] {
  if (typeof written === 'string') return [written];
  const names = [written.name, written['@id'], ...(written.aliases ?? [])];
  return [...new Set(names.filter((one) => one !== null && one !== undefined))];
}

function textOf(data: OpenVexStatement): string | null | undefined {
  const { status, impact_statement: impact, action_statement: action, status_notes: notes } = data;
  return oneLine(status === 'affected' ? action : impact) ?? notes;
}

function productsOf({ products: written, subcomponents: parts }: OpenVexStatement): readonly VexProduct[] {
  return written.map((one) => {
    const own = typeof one === 'string' ? [] : (one.subcomponents ?? []);
    return { ...componentOf(one), subcomponents: [...own, ...(parts ?? [])].map(componentOf) };
  });
}

type WrittenComponent = z.output<typeof identifier> | z.output<z.ZodObject<typeof component>>;

/** One that nothing names but a hash or a CPE has no identifiers here, and so is nothing that is found. */
function componentOf(written: WrittenComponent): VexComponent {
  if (typeof written === 'string') return { identifiers: [written] };
  const identifiers = [written['@id'], written.identifiers?.purl];
  return { identifiers: [...new Set(identifiers.filter((one) => one !== null && one !== undefined))] };
}
