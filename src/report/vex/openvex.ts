import { hash } from 'node:crypto';
import type { BilledComponent, BilledVulnerability, BillOfMaterials } from '../../core/bill-of-materials.ts';
import { lineSorted, stringifySorted } from '../json.ts';
import { type OpenVexStatus, type Saying, sayingOf } from './statement.ts';

export interface OpenVexOptions {
  /** The person or organisation that answers for what is said. */
  readonly author: string;
  /** What all of it is a part of; without, each package is spoken of by itself. */
  readonly product?: string;
}

export interface OpenVexResult {
  /** `undefined` where there is nothing to say: a document has one statement at least. */
  readonly text: string | undefined;
  readonly statements: number;
  /** Weaknesses of packages that no package URL names, and so no statement can. */
  readonly unnamed: number;
}

/**
 * What is known against what is there as a document of OpenVEX 0.2.0 (https://github.com/openvex/spec, OPENVEX-SPEC.md). It is
 * called after what it says, whenever it is said.
 */
export function renderOpenVex(bill: BillOfMaterials, { author, product }: OpenVexOptions): OpenVexResult {
  const subjects = new Map<string, Subject>();
  let unnamed = 0;
  for (const component of bill.places.flatMap(({ components }) => components)) {
    if (component.purl === undefined) unnamed += component.vulnerabilities.length;
    else for (const one of component.vulnerabilities) add(subjects, toSubject(one, component, product));
  }
  const statements = statementsOf([...subjects.values()]);
  if (statements.length === 0) return { text: undefined, statements: 0, unnamed };
  const digest = hash('sha256', lineSorted({ author, statements }));
  const document = {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `https://openvex.dev/docs/public/vex-${digest}`,
    author,
    timestamp: bill.createdAt,
    version: 1,
    tooling: `${bill.tool.name} ${bill.tool.version}`,
    statements,
  };
  return { text: stringifySorted(document), statements: statements.length, unnamed };
}

/** One weakness of one package in one product, with what is said of it. */
interface Subject {
  readonly vulnerability: { readonly name: string; readonly aliases?: readonly string[] };
  readonly product: Product;
  readonly saying: Saying;
  /** By a waiver. */
  readonly isAccepted: boolean;
}

interface Product {
  readonly '@id': string;
  readonly subcomponents?: readonly { readonly '@id': string }[];
}

function toSubject(one: BilledVulnerability, component: BilledComponent, product: string | undefined): Subject {
  const { id, aliases, statement } = one;
  const { purl = '', name } = component;
  // What was said of it in a product is not said of it elsewhere.
  const within = product ?? statement?.product;
  return {
    vulnerability: { name: id, ...(aliases.length > 0 && { aliases }) },
    product: within === undefined ? { '@id': purl } : { '@id': within, subcomponents: [{ '@id': purl }] },
    saying: sayingOf(one, name),
    isAccepted: one.waiver !== undefined,
  };
}

const CAREFUL: Readonly<Record<OpenVexStatus, number>> = {
  affected: 0,
  under_investigation: 1,
  fixed: 2,
  not_affected: 3,
};

/** Where two places differ about one package, the one that calms least is said of both. */
function add(subjects: Map<string, Subject>, one: Subject): void {
  const key = lineSorted([one.vulnerability.name, one.product]);
  const known = subjects.get(key);
  if (known === undefined || byCare(one, known) < 0) subjects.set(key, one);
}

function byCare(a: Subject, b: Subject): number {
  return CAREFUL[a.saying.status] - CAREFUL[b.saying.status] || Number(a.isAccepted) - Number(b.isAccepted);
}

/** What is said alike of several packages is one statement. */
function statementsOf(subjects: readonly Subject[]): readonly object[] {
  const groups = Map.groupBy(subjects, ({ vulnerability, saying }) => lineSorted([vulnerability, saying]));
  return [...groups]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, [first, ...more]]) => {
      if (first === undefined) return [];
      const products = [first, ...more].map(({ product }) => product);
      products.sort((a, b) => (lineSorted(a) < lineSorted(b) ? -1 : 1));
      return [{ vulnerability: first.vulnerability, products, ...first.saying }];
    });
}
