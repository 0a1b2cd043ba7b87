import { field } from '../node/fields.ts';
import { readJsonObject } from '../node/json-document.ts';
import type { ParsedInventory } from '../package.ts';
import { listCycloneDx } from './cyclonedx.ts';
import type { Listing } from './listing.ts';
import { listSpdx } from './spdx.ts';
import { listSpdx3 } from './spdx-3.ts';
import { textsOf } from './values.ts';
import { toInventory } from './to-inventory.ts';

/** Where the format shows in a text that is no JSON. */
const LOOKED_AT_CHARACTERS = 4096;

/** Reads a bill of materials; its content says which format it is in. */
export function parseDocument(text: string, path: string): ParsedInventory {
  const other = otherFormat(text.slice(0, LOOKED_AT_CHARACTERS));
  if (other !== undefined) return refused(path, other);
  const json = readJsonObject(text, path);
  if (json.kind === 'problem') return { packages: [], problems: [json.problem] };
  const listing = listingOf(json.value);
  if (listing !== undefined) return toInventory(listing, path);
  return refused(path, 'The file is no bill of materials that is known: neither CycloneDX nor SPDX.');
}

function listingOf(value: unknown): Listing | undefined {
  if (field(value, 'bomFormat') === 'CycloneDX') return listCycloneDx(value);
  const version = field(value, 'spdxVersion');
  if (typeof version === 'string' && version.startsWith('SPDX-2.')) return listSpdx(value);
  const context = field(value, '@context');
  const contexts = typeof context === 'string' ? [context] : textsOf(context);
  return contexts.some((one) => /spdx\.org\/rdf\/v?3/.test(one)) ? listSpdx3(value) : undefined;
}

function otherFormat(start: string): string | undefined {
  if (/^\s*<(?:\?xml|bom|rdf)/.test(start)) return 'The file is XML, which is not read: write the document as JSON.';
  if (/^SPDXVersion:/m.test(start)) return 'The file is SPDX as tags and values, which is not read: write it as JSON.';
  return undefined;
}

function refused(path: string, message: string): ParsedInventory {
  return { packages: [], problems: [{ where: { path }, message }] };
}
