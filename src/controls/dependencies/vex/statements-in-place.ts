import type { ScopedStatement, VexProduct, VexStatement, VexStatus } from '../../../core/advisory.ts';
import type { Package } from '../inventory/package.ts';
import { isBelow } from '../inventory/search.ts';
import { nameOf } from '../judgement/statement-text.ts';
import type { Vulnerability } from '../judgement/vulnerability.ts';
import type { Place, Release, VexKnowledge } from '../state.ts';
import { type Containment, containmentIn } from './containment.ts';
import { type Identifier, isDeclared, read } from './identifier.ts';
import { byTimeAndCare } from './newest.ts';
import { isPackage } from './is-package.ts';
import { productsIn } from './products-in-place.ts';
import { weaknessesOf } from './weaknesses.ts';

/** What is said of weaknesses, to be asked. */
export interface Said {
  /** By every name that a weakness has in them, in capitals. */
  readonly statements: ReadonlyMap<string, readonly ScopedStatement[]>;
  /** What packages of the machine's distribution are of. */
  readonly release: Release;
}

export function vexKnowledge(said: Said): VexKnowledge {
  return { statementsIn: (place, products) => statementsIn(place, said, products) };
}

function statementsIn(
  place: Place,
  vex: Said,
  products: Readonly<Record<string, string>>,
): (vulnerability: Vulnerability, one: Package) => Vulnerability {
  const here = new PlaceScope(place, vex, products);
  return (vulnerability, one) => {
    const answers = weaknessesOf(vulnerability).map((names) => here.answer(names, one));
    const statements = answers.flatMap(({ statement }) => statement ?? []);
    const warning = statements.find(({ status }) => !isCalming(status));
    const [first] = statements;
    // Of several weaknesses under one name, one that nobody speaks of leaves the whole open.
    const statement = warning ?? (statements.length === answers.length ? first : undefined);
    if (statement !== undefined) return { ...vulnerability, statement };
    const partly = first === undefined ? undefined : `what ${nameOf(first)} excludes is only a part of it`;
    const unapplied = partly ?? answers.find((answer) => answer.unapplied !== undefined)?.unapplied;
    return unapplied === undefined ? vulnerability : { ...vulnerability, unapplied };
  };
}

function isCalming(status: VexStatus): boolean {
  return status === 'not-affected' || status === 'fixed';
}

interface Answer {
  readonly statement?: VexStatement;
  readonly unapplied?: string;
}

/** A statement that holds of a package, by itself or in a product. */
interface Applying {
  readonly statement: ScopedStatement;
  readonly product?: string;
}

type Reach = 'applies' | 'applies-within' | 'elsewhere' | 'unversioned' | 'not';

/** What holds in one place. */
class PlaceScope {
  readonly #vex: Said;
  readonly #containment: (one: Package, isProduct: (other: Package) => boolean) => Containment;
  readonly #packagesOf: (product: VexProduct, isExact: boolean) => ReadonlySet<Package>;
  /** What the blueprint says the place is a part of. */
  readonly #declared: readonly Identifier[];

  constructor(place: Place, vex: Said, products: Readonly<Record<string, string>>) {
    this.#vex = vex;
    this.#packagesOf = productsIn(place.packages, vex.release);
    this.#containment = containmentIn(place);
    const paths = Object.keys(products).filter((path) => isBelow(place.path, [path]));
    this.#declared = paths.flatMap((path) => read(products[path] ?? '') ?? []);
  }

  answer(names: readonly string[], one: Package): Answer {
    const about = new Set(names.flatMap((name) => this.#vex.statements.get(name.toUpperCase()) ?? []));
    const applying: Applying[] = [];
    let unapplied: string | undefined;
    for (const statement of about) {
      for (const product of statement.products) {
        const reach = this.#reach(statement, product, one);
        if (reach === 'applies' || reach === 'applies-within') {
          applying.push({ statement, ...(reach === 'applies-within' && { product: nameOfProduct(product) }) });
          break;
        }
        if (reach !== 'not') unapplied ??= whyNot(reach, statement, product);
      }
    }
    const [newest] = applying.sort((a, b) => byTimeAndCare(a.statement, b.statement));
    if (newest !== undefined) return { statement: shown(newest) };
    return unapplied === undefined ? {} : { unapplied };
  }

  #reach(statement: ScopedStatement, product: VexProduct, one: Package): Reach {
    const isExact = isCalming(statement.status);
    const parts = product.subcomponents;
    const named = parts.length === 0 ? product.identifiers : parts.flatMap(({ identifiers }) => identifiers);
    const fitting = named
      .flatMap((text) => read(text) ?? [])
      .filter((identifier) => this.#is(identifier, one, isExact));
    // By an advisory some version is affected, so `fixed` is only said of a version that is named.
    const isVersioned = fitting.some(({ purl }) => purl?.version !== undefined);
    if (parts.length > 0) {
      if (fitting.length === 0) return 'not';
      if (statement.status === 'fixed' && !isVersioned) return 'unversioned';
      if (this.#packagesOf(product, isExact).has(one)) return 'applies';
      // It is there, so that it isn't in the product doesn't hold of it.
      if (statement.justification === 'component_not_present') return 'elsewhere';
      return this.#isWithin(product, one, isExact) ? 'applies-within' : 'elsewhere';
    }
    if (fitting.length > 0) return statement.status === 'fixed' && !isVersioned ? 'unversioned' : 'applies';
    // What is fixed in the whole by a newer part says nothing of this part.
    if (statement.status === 'fixed' || statement.justification === 'component_not_present') return 'not';
    return this.#isWithin(product, one, isExact) ? 'applies-within' : 'not';
  }

  #isWithin(product: VexProduct, one: Package, isExact: boolean): boolean {
    const texts = product.identifiers.flatMap((text) => read(text) ?? []);
    if (texts.some((identifier) => this.#declared.some((declared) => isDeclared(identifier, declared)))) return true;
    const packages = this.#packagesOf(product, isExact);
    if (packages.size === 0) return false;
    const containment = this.#containment(one, (other) => packages.has(other));
    return containment === 'wholly' || (containment === 'partly' && !isExact);
  }

  #is(identifier: Identifier, one: Package, isExact: boolean): boolean {
    return isPackage(identifier, one, { release: this.#vex.release, isExact });
  }
}

function whyNot(reach: 'elsewhere' | 'unversioned', statement: ScopedStatement, product: VexProduct): string {
  if (reach === 'unversioned') return `${nameOf(statement)} calls it fixed without saying in which version`;
  return `what ${nameOf(statement)} says of it is of ${nameOfProduct(product)} alone`;
}

function nameOfProduct({ identifiers: [first = 'a product without a name'] }: VexProduct): string {
  return first;
}

function shown({ statement, product }: Applying): VexStatement {
  const { status, justification, text, timestamp, document, source } = statement;
  return {
    status,
    ...(justification !== undefined && { justification }),
    ...(text !== undefined && { text }),
    ...(timestamp !== undefined && { timestamp }),
    ...(product !== undefined && { product }),
    ...(document !== undefined && { document }),
    source,
  };
}
