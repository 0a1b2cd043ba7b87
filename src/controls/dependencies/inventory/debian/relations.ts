/** One package of a relation, its version and its restrictions left aside: dpkg has seen to them. */
export interface Relation {
  readonly name: string;
  /** `any`, or an architecture. */
  readonly qualifier: string | undefined;
}

/** `name:arch (>= 1) [amd64] <!nocheck>`; deb-src-control(5), "Depends". */
const RELATION = /^([A-Za-z0-9][A-Za-z0-9+._-]*)(?::([a-z0-9-]+))?(?:\s|\(|\[|<|$)/;

/** The groups of `a, b | c`: of each group one is needed. What is no name is passed over. */
export function parseRelations(text: string): readonly (readonly Relation[])[] {
  return text
    .split(',')
    .map((group) =>
      group.split('|').flatMap((one): readonly Relation[] => {
        const [, name, qualifier] = RELATION.exec(one.trim()) ?? [];
        return name === undefined ? [] : [{ name, qualifier }];
      }),
    )
    .filter((group) => group.length > 0);
}
