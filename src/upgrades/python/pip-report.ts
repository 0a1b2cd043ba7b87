import { z } from 'zod';
import { isVersion } from '../../controls/dependencies/judgement/ecosystem.ts';
import { isPackageName } from '../../controls/dependencies/inventory/python/name.ts';

/** Both become arguments of a command: what packages say of themselves is nothing to rely on. */
const installed = z.object({
  name: z.string().refine(isPackageName),
  version: z.string().refine((version) => isVersion('PyPI', version)),
});

/** https://pip.pypa.io/en/stable/reference/installation-report/, version 1 and what pip 22.2 wrote before it was stable. */
const installationReport = z.object({
  install: z.array(z.object({ metadata: installed })),
});

export interface Installed {
  readonly name: string;
  readonly version: string;
}

/** What `pip install --dry-run --report` would install; `undefined` for a text that is no such report. */
export function parsePipReport(text: string): readonly Installed[] | undefined {
  try {
    return installationReport.parse(JSON.parse(text)).install.map(({ metadata }) => metadata);
  } catch {
    return undefined;
  }
}
