import { type Table, textOf } from './fields.ts';
import { addressOrigin, repositoryOrigin } from './origin.ts';

const SYSTEMS = ['git', 'hg', 'svn', 'bzr'] as const;

/** Under which keys a format has them, the first that is there counts. */
export interface PlaceKeys {
  readonly revision: readonly string[];
  readonly address: readonly string[];
}

/** Where a package comes from by a table that names a repository (`git = "…"`), an address or a path. */
export function originOfPlace(table: Table, { revision, address }: PlaceKeys): string | undefined {
  const system = SYSTEMS.find((one) => textOf(table, one) !== undefined);
  if (system === undefined) {
    const place = firstText(table, address);
    return place === undefined ? undefined : addressOrigin(place);
  }
  return repositoryOrigin({
    system,
    url: textOf(table, system) ?? '',
    revision: firstText(table, revision),
    subdirectory: textOf(table, 'subdirectory'),
  });
}

function firstText(table: Table, keys: readonly string[]): string | undefined {
  return keys.map((key) => textOf(table, key)).find((text) => text !== undefined);
}
