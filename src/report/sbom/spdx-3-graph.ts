import type { BillOfMaterials } from '../../core/bill-of-materials.ts';
import type { Json } from '../../core/json.ts';
import { namespaceOf, secondsOf } from './spdx-words.ts';

const CREATION = '_:creation';

/** What all elements of one document share. */
export interface Spdx3Graph {
  readonly creation: Json;
  /** The program, as the one who made the document and as the tool. */
  readonly creators: readonly Json[];
  /** The address of an element by its name in this document. */
  readonly id: (name: string) => string;
  readonly element: (name: string, fields: { readonly [key: string]: Json }) => Json;
}

export function startGraph(bill: BillOfMaterials): Spdx3Graph {
  const namespace = namespaceOf(bill);
  const id = (name: string): string => `${namespace}#${name}`;
  const element: Spdx3Graph['element'] = (name, fields) => ({ ...fields, spdxId: id(name), creationInfo: CREATION });
  const { name, version } = bill.tool;
  return {
    creation: {
      type: 'CreationInfo',
      '@id': CREATION,
      specVersion: '3.0.1',
      created: secondsOf(bill),
      createdBy: [id('Agent')],
      createdUsing: [id('Tool')],
    },
    creators: [
      element('Agent', { type: 'SoftwareAgent', name }),
      element('Tool', { type: 'Tool', name: `${name} ${version}` }),
    ],
    id,
    element,
  };
}
