import { z } from 'zod';
import type { VexComponent, VexProduct } from '../../../core/advisory.ts';
import { identifier, LIST_LIMIT, name } from './fields.ts';
import { identifierOf } from './identifier.ts';

/** More components has no published BOM. */
const COMPONENTS_LIMIT = LIST_LIMIT * 10;

/** "Syntax" of https://cyclonedx.org/capabilities/bomlink/: a BOM, and perhaps something in it. */
const BOM_LINK = /^urn:cdx:(?<serial>[^/#]+)\/(?<version>\d+)(?:#(?<fragment>.+))?$/;

const componentSchema = z.object({
  'bom-ref': name.nullish(),
  purl: identifier.nullish(),
  components: z.array(z.unknown()).nullish(),
});

export interface Bom {
  readonly serialNumber: string | null | undefined;
  readonly version: number | null | undefined;
  /** What the BOM is of. */
  readonly main: unknown;
  readonly components: readonly unknown[] | null | undefined;
}

/**
 * What the references of one BOM lead to. A BOM speaks of its parts as parts of what it is of, so that is the product; one that
 * is of nothing speaks of them wherever they are. A link to another BOM is about what that one is of.
 */
export class BomReferences {
  /** By the name that they have in the BOM. */
  readonly #parts = new Map<string, VexComponent>();
  readonly #own: string | undefined;
  readonly #main: VexComponent | undefined;

  constructor({ serialNumber, version, main, components }: Bom) {
    const serial = /^urn:uuid:(.+)$/i.exec(serialNumber ?? '')?.[1];
    this.#own = serial === undefined ? undefined : `urn:cdx:${serial}/${String(version ?? 1)}`;
    const described = componentSchema.safeParse(main).data;
    if (main !== undefined && main !== null) {
      const identifiers = [described?.purl, this.#own].filter((one) => one !== undefined && one !== null);
      this.#main = { identifiers };
      const ref = described?.['bom-ref'];
      if (ref !== undefined && ref !== null) this.#parts.set(ref, this.#main);
    }
    this.#collect([...(described?.components ?? []), ...(components ?? [])]);
  }

  /** `undefined` where it leads nowhere. */
  resolve(ref: string): VexProduct | undefined {
    const part = this.#parts.get(ref);
    if (part !== undefined) return this.#partOf(part);
    const link = BOM_LINK.exec(ref)?.groups;
    if (link !== undefined) return this.#linked(link);
    const purl = /^pkg:/i.test(ref) ? identifierOf(ref)?.text : undefined;
    return purl === undefined ? undefined : this.#partOf({ identifiers: [purl] });
  }

  #linked({
    serial = '',
    version = '',
    fragment,
  }: Readonly<Record<string, string | undefined>>): VexProduct | undefined {
    const bom = `urn:cdx:${serial}/${version}`;
    if (bom === this.#own && fragment !== undefined) {
      const part = this.#parts.get(fragment) ?? this.#parts.get(decoded(fragment));
      if (part !== undefined) return this.#partOf(part);
    }
    const identifiers = [...new Set([bom, ...(this.#main?.identifiers ?? [])])];
    if (fragment === undefined) return { identifiers, subcomponents: [] };
    const purl = [fragment, decoded(fragment)].find((text) => /^pkg:/i.test(text));
    const part = purl === undefined ? undefined : identifierOf(purl)?.text;
    // A name in a BOM that isn't at hand: there is something, and nobody can tell what.
    return { identifiers, subcomponents: [{ identifiers: part === undefined ? [] : [part] }] };
  }

  #partOf(part: VexComponent): VexProduct {
    if (this.#main === undefined || part === this.#main || isSame(part, this.#main))
      return { ...part, subcomponents: [] };
    return { ...this.#main, subcomponents: [part] };
  }

  /** Without recursion: how deep components lie in each other is up to whoever wrote the document. */
  #collect(all: unknown[]): void {
    let count = 0;
    for (let next = all.pop(); next !== undefined && count < COMPONENTS_LIMIT; next = all.pop()) {
      count += 1;
      const component = componentSchema.safeParse(next).data;
      if (component === undefined) continue;
      const ref = component['bom-ref'] ?? component.purl;
      const { purl } = component;
      const known = { identifiers: purl === undefined || purl === null ? [] : [purl] };
      // Names are unique in a BOM; of one that isn't, nobody can tell what it means.
      if (ref !== undefined && ref !== null) this.#parts.set(ref, this.#parts.has(ref) ? { identifiers: [] } : known);
      for (const one of component.components ?? []) all.push(one);
    }
  }
}

function isSame(a: VexComponent, b: VexComponent): boolean {
  return a.identifiers.some((one) => b.identifiers.includes(one));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
