/** Wheels as a build tool makes them, and advisories about what is in them. */
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { zip } from '../advisories/archive.ts';

export interface Wheel {
  readonly name: string;
  readonly version: string;
  readonly requires?: readonly string[];
}

/** Writes a wheel with one module that says its version (https://packaging.python.org/en/latest/specifications/binary-distribution-format/). */
export function writeWheel(folder: string, { name, version, requires = [] }: Wheel): void {
  const module = name.replaceAll('-', '_');
  const info = `${module}-${version}.dist-info`;
  const needs = requires.map((one) => `Requires-Dist: ${one}\n`).join('');
  const files = [
    { name: `${module}.py`, text: `VERSION = '${version}'\n` },
    { name: `${info}/METADATA`, text: `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n${needs}\n` },
    { name: `${info}/WHEEL`, text: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n' },
  ];
  const record = files.map(({ name: file, text }) => {
    const digest = createHash('sha256').update(text).digest('base64url');
    return `${file},sha256=${digest},${String(Buffer.byteLength(text))}\n`;
  });
  const all = [...files, { name: `${info}/RECORD`, text: `${record.join('')}${info}/RECORD,,\n` }];
  writeFileSync(join(folder, `${module}-${version}-py3-none-any.whl`), zip(all));
}

export interface Weakness {
  readonly id: string;
  readonly ecosystem: string;
  readonly name: string;
  readonly fixed: string;
}

/** One OSV record a line: everything before `fixed` is affected. */
export function recordsOf(weaknesses: readonly Weakness[]): string {
  return weaknesses
    .map(({ id, ecosystem, name, fixed }) => {
      const events = [{ introduced: '0' }, { fixed }];
      const affected = [{ package: { ecosystem, name }, ranges: [{ type: 'ECOSYSTEM', events }] }];
      return `${JSON.stringify({ id, modified: '2026-01-01T00:00:00Z', summary: `${name} before ${fixed}`, affected })}\n`;
    })
    .join('');
}
