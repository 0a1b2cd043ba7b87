import type { BilledComponent, BilledPlace, BillOfMaterials } from '../../core/bill-of-materials.ts';
import { ECOSYSTEM_REFERENCE } from '../../core/bill-properties.ts';
import type { Json } from '../../core/json.ts';
import { stringifySorted } from '../json.ts';
import { keysOf, machineName, neededBy, topLevelOf } from './layout.ts';
import { type Spdx3Graph, startGraph } from './spdx-3-graph.ts';
import { securityElements } from './spdx-3-security.ts';
import { componentId, documentComment, documentName, downloadLocation, placeId } from './spdx-words.ts';

const MACHINE = 'Machine';

/**
 * SPDX 3.0.1 as JSON-LD (https://spdx.github.io/spdx-spec/v3.0.1/), of the profiles Core, Software and Security: the machine
 * contains places, they contain packages, and what is held about vulnerabilities is VEX.
 */
export function renderSpdx3(bill: BillOfMaterials): string {
  const graph = startGraph(bill);
  const sbom = graph.element('Sbom', {
    type: 'software_Sbom',
    name: documentName(bill),
    rootElement: [graph.id(MACHINE)],
    software_sbomType: ['deployed'],
  });
  const document = graph.element('Document', {
    type: 'SpdxDocument',
    name: documentName(bill),
    comment: documentComment(bill),
    dataLicense: 'https://spdx.org/licenses/CC0-1.0',
    profileConformance: ['core', 'software', 'security'],
    rootElement: [graph.id('Sbom')],
  });
  const elements = [
    ...machineElements(bill, graph),
    ...bill.places.flatMap((place) => placeElements(place, bill, graph)),
    ...securityElements(bill, graph),
  ];
  return stringifySorted({
    '@context': 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld',
    '@graph': [graph.creation, ...graph.creators, document, sbom, ...elements],
  });
}

function machineElements(bill: BillOfMaterials, graph: Spdx3Graph): readonly Json[] {
  const { places, problems } = bill;
  const machine = graph.element(MACHINE, {
    type: 'software_Package',
    name: machineName(bill),
    software_primaryPurpose: 'device',
    ...commentOn(problems),
  });
  return [machine, ...contained(graph, MACHINE, { ids: places.map(placeId), problems })];
}

function placeElements(place: BilledPlace, { machine }: BillOfMaterials, graph: Spdx3Graph): readonly Json[] {
  const id = placeId(place);
  const isSystem = place.kind === 'debian';
  const own = graph.element(id, {
    type: 'software_Package',
    name: isSystem ? machine.os : place.path,
    ...(isSystem && machine.osVersion !== '' && { software_packageVersion: machine.osVersion }),
    software_primaryPurpose: isSystem ? 'operatingSystem' : 'application',
    software_sourceInfo: `${place.kind} ${place.path}`,
    ...commentOn(place.problems),
  });
  const keys = keysOf(place);
  const byKey = new Map(place.components.map((one) => [one.key, one]));
  const needs = (from: string, needed: readonly string[]): readonly Json[] =>
    dependencies(graph, { from, place, needed: needed.flatMap((key) => byKey.get(key) ?? []) });
  return [
    own,
    ...contained(graph, id, {
      ids: place.components.map((one) => componentId(place, one)),
      problems: place.problems,
    }),
    ...needs(
      id,
      topLevelOf(place).map(({ key }) => key),
    ),
    ...place.components.flatMap((one) => [
      toPackage(one, place, graph),
      ...needs(componentId(place, one), neededBy(one, keys)),
    ]),
  ];
}

function toPackage(one: BilledComponent, place: BilledPlace, graph: Spdx3Graph): Json {
  const { ecosystem, name, version, purl } = one;
  const location = downloadLocation(one);
  return graph.element(componentId(place, one), {
    type: 'software_Package',
    name,
    ...(version !== undefined && { software_packageVersion: version }),
    software_primaryPurpose: 'library',
    ...(location !== undefined && { software_downloadLocation: location }),
    ...(purl === undefined
      ? {
          externalIdentifier: [
            {
              type: 'ExternalIdentifier',
              externalIdentifierType: 'other',
              identifier: ecosystem,
              issuingAuthority: ECOSYSTEM_REFERENCE,
            },
          ],
        }
      : { software_packageUrl: purl }),
  });
}

interface Contents {
  readonly ids: readonly string[];
  readonly problems: readonly string[];
}

/** What could not be looked at makes it incomplete; SPDX has an element for "nothing that is named". */
function contained(graph: Spdx3Graph, from: string, { ids, problems }: Contents): readonly Json[] {
  if (ids.length + problems.length === 0) return [];
  return [
    graph.element(`Contains-${from}`, {
      type: 'Relationship',
      relationshipType: 'contains',
      from: graph.id(from),
      to: ids.length === 0 ? ['https://spdx.org/rdf/3.0.1/terms/Core/NoAssertionElement'] : ids.map(graph.id),
      completeness: problems.length > 0 ? 'incomplete' : 'noAssertion',
    }),
  ];
}

interface Needs {
  readonly from: string;
  readonly place: BilledPlace;
  readonly needed: readonly BilledComponent[];
}

function dependencies(graph: Spdx3Graph, { from, place, needed }: Needs): readonly Json[] {
  const group = (isDevelopment: boolean): readonly Json[] => {
    const members = needed.filter((one) => (one.isDevelopment === true) === isDevelopment);
    if (members.length === 0) return [];
    return [
      graph.element(`Needs-${isDevelopment ? 'Development-' : ''}${from}`, {
        type: 'LifecycleScopedRelationship',
        relationshipType: 'dependsOn',
        scope: isDevelopment ? 'development' : 'runtime',
        from: graph.id(from),
        to: members.map((one) => graph.id(componentId(place, one))),
      }),
    ];
  };
  return [...group(false), ...group(true)];
}

function commentOn(problems: readonly string[]): { readonly comment?: string } {
  return problems.length === 0 ? {} : { comment: problems.join('\n') };
}
