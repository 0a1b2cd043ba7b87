import { isOneWord } from './entry.ts';
import { isPackageName } from './name.ts';

/** What the folder of an installed package is called after. */
export interface InstalledName {
  readonly name: string;
  readonly version: string;
}

/**
 * Reads `name-1.0.dist-info` and `name-1.0-py3.11.egg-info`, for a package whose metadata is missing; `undefined` where
 * the name has no version.
 *
 * https://packaging.python.org/en/latest/specifications/recording-installed-packages/, "The .dist-info directory", and
 * https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html, "Filename-Embedded Metadata": a dash in a name is written
 * as an underscore.
 */
export function installedVersionName(folder: string): InstalledName | undefined {
  const [, stem = '', suffix = ''] = /^(.+)\.(dist|egg)-info$/s.exec(folder) ?? [];
  const [name = '', version = '', python, ...platform] = stem.split('-');
  if (!isPackageName(name) || !isOneWord(version) || version.includes('/')) return undefined;
  const isComplete = suffix === 'egg' ? python?.startsWith('py') !== false : python === undefined;
  const isKnown = isComplete && (python !== undefined || platform.length === 0);
  return isKnown ? { name, version: version.replaceAll('_', '-') } : undefined;
}
