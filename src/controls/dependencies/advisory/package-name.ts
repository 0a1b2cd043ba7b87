import { normalizedName } from '../inventory/python/name.ts';

/** A package's name as advisories and machines both spell it: npm's and Debian's names are what they are. */
export function normalName(ecosystem: string, name: string): string {
  return ecosystem === 'PyPI' ? normalizedName(name) : name;
}
