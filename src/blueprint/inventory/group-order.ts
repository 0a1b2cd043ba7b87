import type { Problems } from '../problems.ts';
import { showName } from '../quote.ts';
import { byCodePoint } from './files.ts';
import { GROUP_DEPTH_LIMIT } from './limits.ts';
import type { Roster, RosterGroup, RosterHost } from './roster.ts';

/** How deep each group is: one more than the deepest group that holds it (`all` is 0). */
export type Depths = ReadonlyMap<RosterGroup, number>;

/** Orders the groups; `undefined` when some stand inside each other in a circle, or too deep. */
export function depthsOf(roster: Roster, problems: Problems): Depths | undefined {
  const depths = new Map<RosterGroup, number>([[roster.all, 0]]);
  const waiting = new Map([...roster.groups.values()].map((group) => [group, group.parents.size]));
  const ready = [roster.all];
  for (let group = ready.pop(); group !== undefined; group = ready.pop()) {
    waiting.delete(group);
    const depth = depths.get(group) ?? 0;
    for (const child of group.children.keys()) {
      depths.set(child, Math.max(depths.get(child) ?? 0, depth + 1));
      const left = (waiting.get(child) ?? 0) - 1;
      waiting.set(child, left);
      if (left === 0) ready.push(child);
    }
  }
  if (waiting.size > 0) {
    reportCycle(new Set(waiting.keys()), problems);
    return undefined;
  }
  const deep = [...depths].find(([, depth]) => depth > GROUP_DEPTH_LIMIT)?.[0];
  if (deep === undefined) return depths;
  const message = `Groups are nested more than ${String(GROUP_DEPTH_LIMIT)} levels deep.`;
  problems.error({ code: 'too-deep', message, at: deep.mark });
  return undefined;
}

/** Walks up among the groups that never became ready until one comes again. */
function reportCycle(left: ReadonlySet<RosterGroup>, problems: Problems): void {
  const chain: RosterGroup[] = [];
  let group = [...left][0];
  while (group !== undefined && !chain.includes(group)) {
    chain.push(group);
    group = [...group.parents].find((parent) => left.has(parent));
  }
  if (group === undefined) return;
  const circle = [group, ...chain.slice(chain.indexOf(group)).toReversed()];
  const message = `These groups stand inside each other in a circle: ${circle.map(({ name }) => showName(name)).join(' → ')}.`;
  const [outer, inner] = circle;
  const at = (inner === undefined ? undefined : outer?.children.get(inner)) ?? group.mark;
  problems.error({ code: 'group-cycle', message, at });
}

/** The groups a host is in and all around them, weakest first: by depth, priority and name, `all` left out. */
export class GroupsOfHosts {
  readonly #depths: Depths;
  readonly #all: RosterGroup;
  readonly #numbers = new Map<RosterGroup, number>();
  readonly #around = new Map<RosterGroup, ReadonlySet<RosterGroup>>();
  readonly #known = new Map<string, readonly RosterGroup[]>();

  constructor(roster: Roster, depths: Depths) {
    this.#depths = depths;
    this.#all = roster.all;
    for (const group of roster.groups.values()) this.#numbers.set(group, this.#numbers.size);
  }

  /** The same list, not only an equal one, for hosts in the same groups. */
  of(host: RosterHost): readonly RosterGroup[] {
    const key = [...host.groups]
      .map((group) => this.#numbers.get(group) ?? 0)
      .sort((a, b) => a - b)
      .join();
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const groups = new Set<RosterGroup>();
    for (const group of host.groups) {
      groups.add(group);
      for (const outer of this.#groupsAround(group)) groups.add(outer);
    }
    groups.delete(this.#all);
    const sorted = [...groups].sort((a, b) => this.#compare(a, b));
    this.#known.set(key, sorted);
    return sorted;
  }

  #compare(a: RosterGroup, b: RosterGroup): number {
    const depth = (this.#depths.get(a) ?? 0) - (this.#depths.get(b) ?? 0);
    return depth || a.priority - b.priority || byCodePoint(a.name, b.name);
  }

  #groupsAround(group: RosterGroup): ReadonlySet<RosterGroup> {
    const known = this.#around.get(group);
    if (known !== undefined) return known;
    const around = new Set<RosterGroup>();
    for (const parent of group.parents) {
      around.add(parent);
      for (const outer of this.#groupsAround(parent)) around.add(outer);
    }
    this.#around.set(group, around);
    return around;
  }
}
