import type { BilledComponent, BilledPlace, BillOfMaterials } from '../../core/bill-of-materials.ts';
import { ECOSYSTEM_REFERENCE } from '../../core/bill-properties.ts';
import type { Json } from '../../core/json.ts';
import { stringifySorted } from '../json.ts';
import { keysOf, machineName, neededBy, topLevelOf } from './layout.ts';
import { advisoryAddress } from './position.ts';
import {
  componentId,
  describeVulnerability,
  documentComment,
  documentName,
  downloadLocation,
  namespaceOf,
  placeId,
  secondsOf,
} from './spdx-words.ts';

const DOCUMENT = 'SPDXRef-DOCUMENT';
const MACHINE = 'SPDXRef-Machine';
const UNSAID = 'NOASSERTION';

/** SPDX 2.3 as JSON (https://spdx.github.io/spdx-spec/v2.3/): the machine contains places, and they contain packages. */
export function renderSpdx(bill: BillOfMaterials): string {
  return stringifySorted({
    spdxVersion: 'SPDX-2.3',
    dataLicense: 'CC0-1.0',
    SPDXID: DOCUMENT,
    name: documentName(bill),
    documentNamespace: namespaceOf(bill),
    creationInfo: { created: secondsOf(bill), creators: [`Tool: ${bill.tool.name}-${bill.tool.version}`] },
    comment: documentComment(bill),
    packages: [machinePackage(bill), ...bill.places.flatMap((place) => packagesOf(place, bill))],
    relationships: [
      related(DOCUMENT, 'DESCRIBES', MACHINE),
      ...unknownParts(MACHINE, bill.problems),
      ...bill.places.flatMap(relationshipsOf),
    ],
  });
}

/** Who made and licensed it is not looked at. */
const UNSAID_OF_ALL = {
  filesAnalyzed: false,
  licenseConcluded: UNSAID,
  licenseDeclared: UNSAID,
  copyrightText: UNSAID,
  supplier: UNSAID,
} as const;

function machinePackage(bill: BillOfMaterials): Json {
  return {
    ...UNSAID_OF_ALL,
    SPDXID: MACHINE,
    name: machineName(bill),
    downloadLocation: UNSAID,
    primaryPackagePurpose: 'DEVICE',
    ...commentOn(bill.problems),
  };
}

function packagesOf(place: BilledPlace, { machine }: BillOfMaterials): readonly Json[] {
  const isSystem = place.kind === 'debian';
  const own: Json = {
    ...UNSAID_OF_ALL,
    SPDXID: spdxId(placeId(place)),
    name: isSystem ? machine.os : place.path,
    ...(isSystem && machine.osVersion !== '' && { versionInfo: machine.osVersion }),
    downloadLocation: UNSAID,
    primaryPackagePurpose: isSystem ? 'OPERATING_SYSTEM' : 'APPLICATION',
    sourceInfo: `${place.kind} ${place.path}`,
    ...commentOn(place.problems),
  };
  return [own, ...place.components.map((one) => toPackage(one, place))];
}

function toPackage(one: BilledComponent, place: BilledPlace): Json {
  const { ecosystem, name, version, purl } = one;
  const identity =
    purl === undefined
      ? { referenceCategory: 'OTHER', referenceType: ECOSYSTEM_REFERENCE, referenceLocator: ecosystem }
      : { referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl };
  const advisories = one.vulnerabilities.map((vulnerability) => ({
    referenceCategory: 'SECURITY',
    referenceType: 'advisory',
    referenceLocator: advisoryAddress(vulnerability.id),
    comment: describeVulnerability(vulnerability),
  }));
  return {
    ...UNSAID_OF_ALL,
    SPDXID: spdxId(componentId(place, one)),
    name,
    ...(version !== undefined && { versionInfo: version }),
    downloadLocation: downloadLocation(one) ?? UNSAID,
    primaryPackagePurpose: 'LIBRARY',
    externalRefs: [identity, ...advisories],
  };
}

function commentOn(problems: readonly string[]): { readonly comment?: string } {
  return problems.length === 0 ? {} : { comment: problems.join('\n') };
}

function relationshipsOf(place: BilledPlace): readonly Json[] {
  const own = spdxId(placeId(place));
  const keys = keysOf(place);
  const byKey = new Map(place.components.map((one) => [one.key, one]));
  const ids = new Map(place.components.map((one) => [one.key, spdxId(componentId(place, one))]));
  const needs = (from: string, key: string): Json => {
    const to = ids.get(key) ?? UNSAID;
    return byKey.get(key)?.isDevelopment === true
      ? related(to, 'DEV_DEPENDENCY_OF', from)
      : related(from, 'DEPENDS_ON', to);
  };
  return [
    related(MACHINE, 'CONTAINS', own),
    ...unknownParts(own, place.problems),
    ...topLevelOf(place).map(({ key }) => needs(own, key)),
    ...place.components.flatMap((one) => {
      const id = ids.get(one.key) ?? UNSAID;
      return [related(own, 'CONTAINS', id), ...neededBy(one, keys).map((key) => needs(id, key))];
    }),
  ];
}

/** That something may be there which nobody could look at (SPDX 2.3, 11.1: NOASSERTION as what is related). */
function unknownParts(id: string, problems: readonly string[]): readonly Json[] {
  return problems.length === 0 ? [] : [related(id, 'CONTAINS', UNSAID)];
}

function related(from: string, relationshipType: string, to: string): Json {
  return { spdxElementId: from, relationshipType, relatedSpdxElement: to };
}

function spdxId(id: string): string {
  return `SPDXRef-${id}`;
}
