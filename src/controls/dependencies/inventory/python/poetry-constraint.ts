import { pythonVersions } from '../../version/python.ts';
import { parseSpecifiers, pinnedVersion } from './specifier.ts';

/**
 * The version that a constraint of Poetry leaves as the only one: a bare one is (`1.2.3`), as is `==1.2.3`.
 *
 * https://python-poetry.org/docs/dependency-specification/, "Exact requirements".
 */
export function exactVersion(constraint: string): string | undefined {
  const text = constraint.trim();
  return pythonVersions.parse(text) === undefined ? pinnedVersion(parseSpecifiers(text) ?? []) : text;
}
