import type { Remedy } from '../../../core/finding.ts';
import type { Package } from '../inventory/package.ts';
import { normalName } from '../advisory/package-name.ts';
import type { DependenciesState, Place } from '../state.ts';
import { certainWeaknesses } from './wanted.ts';
import { adviceOn } from './weakness.ts';
import type { Vulnerability } from './vulnerability.ts';

export interface Weak {
  readonly vulnerability: Vulnerability;
  readonly package: Package;
  readonly place: Place;
}

/** What would mend a weakness: what a package manager has said that it would do, and otherwise what a person can do. */
export function remedyFor({ vulnerability, package: one, place }: Weak, state: DependenciesState): Remedy {
  const { proposals = [], knowledge } = state;
  const proposal = proposals.find(({ places }) => places.some(({ path }) => path === place.path));
  const after = proposal?.places.find(({ path }) => path === place.path);
  if (proposal === undefined || after === undefined) {
    const isMended = vulnerability.fixedIn !== undefined && state.proposals === undefined;
    return byHand(vulnerability, one, isMended ? ' `freehold deps fix` shows how.' : '');
  }
  const name = normalName(one.ecosystem, one.name);
  const stays = after.packages
    .filter((other) => normalName(other.ecosystem, other.name) === name)
    .some((other) => certainWeaknesses(other, knowledge).includes(vulnerability.id));
  if (!stays && proposal.changes.length > 0) return { kind: 'changes', changes: proposal.changes };
  const reason = after.obstacles.get(one.key);
  return reason === undefined ? byHand(vulnerability, one) : { kind: 'manual', instruction: reason };
}

function byHand(vulnerability: Vulnerability, one: Package, more = ''): Remedy {
  return { kind: 'manual', instruction: adviceOn(vulnerability, one) + more };
}
