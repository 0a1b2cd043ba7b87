/** Python environments as installers leave them, and advisories as they are published. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** 2,661 records of the PyPA advisory database (CC-BY-4.0) that lie beside the checkout where this is developed. */
export const PUBLISHED = join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'osv', 'pypi-osv.jsonl.gz');
export const whyNoPublished =
  !existsSync(PUBLISHED) && 'LEFT OUT: the published advisories (shared/data/osv) do not lie beside this checkout';

export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly requires?: readonly string[];
  readonly isRequested?: boolean;
}

/** Makes `folder` a site-packages with these packages in it. */
export function installPython(folder: string, packages: readonly Installed[]): void {
  for (const { name, version, requires = [], isRequested = false } of packages) {
    const info = join(folder, `${name.replaceAll(/[-.]/g, '_')}-${version}.dist-info`);
    mkdirSync(info, { recursive: true });
    const needs = requires.map((one) => `Requires-Dist: ${one}\n`).join('');
    writeFileSync(
      join(info, 'METADATA'),
      `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${needs}\nText.\n`,
    );
    writeFileSync(join(info, 'RECORD'), '');
    writeFileSync(join(info, 'INSTALLER'), 'pip\n');
    if (isRequested) writeFileSync(join(info, 'REQUESTED'), '');
  }
}
