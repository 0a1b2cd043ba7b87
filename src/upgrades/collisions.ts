import type { Place } from '../controls/dependencies/state.ts';
import type { Proposal } from '../controls/dependencies/proposal.ts';
import { leftAlone, type Workbench } from './tool.ts';

/**
 * Without the proposals that would write one file differently, such as one that several requirements files name: what is right for
 * the one need not be for the other, and the last would win.
 */
export function withoutCollisions(
  proposals: readonly Proposal[],
  places: readonly Place[],
  workbench: Workbench,
): readonly Proposal[] {
  const written = Map.groupBy(
    proposals.flatMap((proposal) => textsOf(proposal).map((one) => ({ ...one, proposal }))),
    ({ path }) => path,
  );
  const contested = [...written].filter(([, all]) => new Set(all.map(({ text }) => text)).size > 1);
  return proposals.map((proposal) => {
    const [path, all] = contested.find(([, each]) => each.some((one) => one.proposal === proposal)) ?? [];
    if (path === undefined || all === undefined) return proposal;
    const own = new Set(proposal.places.map((place) => place.path));
    const others = all.flatMap((one) =>
      one.proposal === proposal ? [] : one.proposal.places.map((place) => place.path),
    );
    const reason = `${path} would have to say something else for ${[...new Set(others)].sort().join(' and ')}: change it by hand.`;
    return leftAlone(
      places.filter((place) => own.has(place.path)),
      workbench,
      reason,
    );
  });
}

function textsOf({ changes }: Proposal): readonly { readonly path: string; readonly text: string | null }[] {
  return changes.flatMap((change) => (change.kind === 'file' ? [{ path: change.path, text: change.content }] : []));
}
