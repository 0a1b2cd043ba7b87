import type { PeerRule } from '../language/syntax.ts';

const ANY = new Set(['**', '*', '/**', '{**,}', '{,**}']);

/** Whether a rule between processes names neither whom it is about nor any other condition but which bus. */
export function isAnyPeer({ conditions, peer }: PeerRule): boolean {
  const labels = Object.values(peer);
  return labels.every((label) => ANY.has(label)) && Object.keys(conditions).every((name) => name === 'bus');
}

/** Whether a rule between processes allows one of these ways; one that names none allows all. */
export function allowsAny({ access }: PeerRule, ways: ReadonlySet<string>): boolean {
  return access.length === 0 || access.some((way) => ways.has(way));
}
