import type {
  BilledComponent,
  BilledPlace,
  BilledVulnerability,
  BillOfMaterials,
} from '../../core/bill-of-materials.ts';
import { digestOf, uuidOf } from './identity.ts';
import { cvssOf } from './cvss.ts';
import { describeKnowledge, refOf, systemOf } from './layout.ts';
import { positionOn } from './position.ts';

const NAME_LIMIT_CHARACTERS = 60;

/** Letters, digits, dots and hyphens only (SPDX 2.3, 7.2.2), and short, since a key may be a long path. */
export function componentId(place: BilledPlace, { key, name }: BilledComponent): string {
  return idOf('Package', name, refOf(place, key));
}

export function placeId({ kind, path }: BilledPlace): string {
  return idOf('Place', kind, path);
}

export function idOf(kind: string, name: string, whole: string): string {
  const readable = name.slice(0, NAME_LIMIT_CHARACTERS).replaceAll(/[^A-Za-z0-9.]+/g, '-');
  return `${kind}-${readable}-${digestOf(whole)}`;
}

/** For who has no address of his own, in the words of SPDX 2.3, 6.5.1. */
export function namespaceOf(bill: BillOfMaterials): string {
  return `https://spdx.org/spdxdocs/freehold-${uuidOf(bill)}`;
}

/** SPDX has seconds and nothing finer. */
export function secondsOf({ createdAt }: BillOfMaterials): string {
  return createdAt.replace(/\.[0-9]+Z$/, 'Z');
}

export function documentName({ machine: { address } }: BillOfMaterials): string {
  return `freehold ${address}`;
}

export function documentComment(bill: BillOfMaterials): string {
  return [systemOf(bill), describeKnowledge(bill)].filter((part) => part !== '').join('. ');
}

/** The origin where it is an address as SPDX writes them (2.3, 7.7; 3.0.1, xsd:anyURI). */
export function downloadLocation({ origin }: BilledComponent): string | undefined {
  return origin !== undefined && /^(?:(?:git|hg|svn|bzr)\+)?[a-z]+:\/\/[\w.~:/?#@!$&'()*+,;=%-]+$/.test(origin)
    ? origin
    : undefined;
}

/** All that is held about a vulnerability, in one line. */
export function describeVulnerability(one: BilledVulnerability): string {
  const cvss = cvssOf(one);
  const score = cvss === undefined ? '' : ` (${String(cvss.score)}, ${cvss.vector})`;
  const position = positionOn(one);
  const held = position === undefined ? '' : ` ${position.status}: ${position.text ?? ''}`;
  return `${one.id}: ${one.severity}${score}. ${one.advice}${held}`.trimEnd();
}
