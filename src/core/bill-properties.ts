/** The names of what only Freehold says, in bills of materials whose format has a place for it: who writes them and who reads them agree here. */
export const BILL_PROPERTIES = {
  /** Of a component that is a place: which kind. */
  placeKind: 'freehold:place-kind',
  /** Of any other: the path of its place. */
  place: 'freehold:place',
  problem: 'freehold:problem',
  ecosystem: 'freehold:ecosystem',
  origin: 'freehold:origin',
  direct: 'freehold:direct',
  development: 'freehold:development',
  advisories: 'freehold:advisories',
  address: 'freehold:address',
  system: 'freehold:system',
} as const;

/** Under which identifiers of SPDX packages without a package URL say what kind of package they are. */
export const ECOSYSTEM_REFERENCE = 'freehold-ecosystem';
