import type { BillOfMaterials } from '../../core/bill-of-materials.ts';
import { renderCycloneDx } from './cyclonedx.ts';
import { renderSpdx } from './spdx.ts';
import { renderSpdx3 } from './spdx-3.ts';

export type SbomFormat = 'cyclonedx' | 'spdx' | 'spdx-3';

/** Every format of a bill of materials; each is a pure function of it. */
export const SBOM_FORMATS: Readonly<Record<SbomFormat, { readonly render: (bill: BillOfMaterials) => string }>> = {
  cyclonedx: { render: renderCycloneDx },
  spdx: { render: renderSpdx },
  'spdx-3': { render: renderSpdx3 },
};
