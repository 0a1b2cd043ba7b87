import type { BilledPlace, BillOfMaterials } from '../../core/bill-of-materials.ts';
import { BILL_PROPERTIES } from '../../core/bill-properties.ts';
import type { Json } from '../../core/json.ts';
import { stringifySorted } from '../json.ts';
import { type Properties, propertiesOf, toPlaceComponent } from './cyclonedx-component.ts';
import { toVulnerabilities } from './cyclonedx-vulnerability.ts';
import { uuidOf } from './identity.ts';
import { describeKnowledge, keysOf, machineName, neededBy, refOf, systemOf, topLevelOf } from './layout.ts';

const MACHINE = 'machine';

/**
 * CycloneDX 1.6, as JSON (ECMA-424; https://cyclonedx.org/docs/1.6/json/): the machine, the places of it as components that hold
 * those that are there, and what is known against them with what is held about it, so that it is a VEX as well.
 */
export function renderCycloneDx(bill: BillOfMaterials): string {
  return stringifySorted({
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(bill)}`,
    version: 1,
    metadata: metadataOf(bill),
    components: bill.places.map((place) => toPlaceComponent(place, bill)),
    dependencies: dependenciesOf(bill),
    compositions: compositionsOf(bill),
    vulnerabilities: toVulnerabilities(bill),
  });
}

function metadataOf(bill: BillOfMaterials): Json {
  const { createdAt, tool, machine, problems } = bill;
  const own: Properties = [
    [BILL_PROPERTIES.address, machine.address],
    [BILL_PROPERTIES.system, systemOf(bill)],
    [BILL_PROPERTIES.advisories, describeKnowledge(bill)],
    ...problems.map((problem) => [BILL_PROPERTIES.problem, problem] as const),
  ];
  return {
    timestamp: createdAt,
    tools: { components: [{ type: 'application', name: tool.name, version: tool.version }] },
    component: { type: 'device', 'bom-ref': MACHINE, name: machineName(bill) },
    ...propertiesOf(own),
  };
}

function dependenciesOf({ places }: BillOfMaterials): Json {
  const machine = { ref: MACHINE, dependsOn: places.map(({ path }) => path) };
  return [machine, ...places.flatMap(placeDependencies)];
}

function placeDependencies(place: BilledPlace): readonly Json[] {
  const keys = keysOf(place);
  const topLevel = topLevelOf(place).map(({ key }) => refOf(place, key));
  return [
    { ref: place.path, dependsOn: topLevel },
    ...place.components.map((one) => ({
      ref: refOf(place, one.key),
      dependsOn: neededBy(one, keys).map((key) => refOf(place, key)),
    })),
  ];
}

/** What is known not to be all; of the rest nothing is claimed. */
function compositionsOf({ places, problems }: BillOfMaterials): Json {
  const assemblies = [
    ...(problems.length > 0 ? [MACHINE] : []),
    ...places.filter((place) => place.problems.length > 0).map(({ path }) => path),
  ];
  return assemblies.length === 0 ? [] : [{ aggregate: 'incomplete', assemblies }];
}
