import type { BilledComponent, BilledPlace, BillOfMaterials } from '../../core/bill-of-materials.ts';
import { BILL_PROPERTIES } from '../../core/bill-properties.ts';
import type { Json } from '../../core/json.ts';
import { refOf } from './layout.ts';

/** Names and values. */
export type Properties = readonly (readonly [string, string])[];

export function propertiesOf(own: Properties): { readonly [key: string]: Json } {
  return own.length === 0 ? {} : { properties: own.map(([name, value]) => ({ name, value })) };
}

/** A place is a component that others lie in. */
export function toPlaceComponent(place: BilledPlace, { machine }: BillOfMaterials): Json {
  const isSystem = place.kind === 'debian';
  const own: Properties = [
    [BILL_PROPERTIES.placeKind, place.kind],
    ...place.problems.map((problem) => [BILL_PROPERTIES.problem, problem] as const),
  ];
  return {
    type: isSystem ? 'operating-system' : 'application',
    'bom-ref': place.path,
    name: isSystem ? machine.os : place.path,
    ...(isSystem && machine.osVersion !== '' && { version: machine.osVersion }),
    ...propertiesOf(own),
    components: place.components.map((one) => toComponent(one, place)),
  };
}

function toComponent(one: BilledComponent, place: BilledPlace): Json {
  const { ecosystem, name, version, purl, origin, isDirect, isDevelopment } = one;
  const slash = ecosystem === 'npm' ? name.indexOf('/') : -1;
  const own: Properties = [
    [BILL_PROPERTIES.ecosystem, ecosystem],
    [BILL_PROPERTIES.place, place.path],
    ...(origin === undefined ? [] : [[BILL_PROPERTIES.origin, origin] as const]),
    ...(isDirect === undefined ? [] : [[BILL_PROPERTIES.direct, String(isDirect)] as const]),
    ...(isDevelopment === true ? [[BILL_PROPERTIES.development, 'true'] as const] : []),
  ];
  return {
    type: 'library',
    'bom-ref': refOf(place, one.key),
    ...(slash !== -1 && { group: name.slice(0, slash) }),
    name: name.slice(slash + 1),
    ...(version !== undefined && { version }),
    ...(purl !== undefined && { purl }),
    // "Not reachable within a call graph at runtime": what is for developing and testing.
    ...(isDevelopment === true && { scope: 'excluded' }),
    ...propertiesOf(own),
  };
}
