import { type Table, textOf } from './fields.ts';
import { addressOrigin, indexOrigin, repositoryOrigin } from './origin.ts';

/** Where a package of uv.lock comes from: `SourceWire`, of which each has one. */
export function originOfSource(source: Table): string | undefined {
  const registry = textOf(source, 'registry');
  if (registry !== undefined) return indexOrigin(registry);
  const git = textOf(source, 'git');
  if (git !== undefined) return originOfGit(git);
  const address = ['url', 'path', 'directory', 'editable', 'virtual']
    .map((kind) => textOf(source, kind))
    .find((one) => one !== undefined);
  return address === undefined ? undefined : addressOrigin(address);
}

/** `https://example.org/project?subdirectory=part&rev=v1#commit`: the commit is what was locked. */
function originOfGit(source: string): string {
  const hash = source.indexOf('#');
  const [url, commit] = hash === -1 ? [source, undefined] : [source.slice(0, hash), source.slice(hash + 1)];
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?') + 1) : '');
  const subdirectory = query.get('subdirectory') ?? undefined;
  return repositoryOrigin({ system: 'git', url, revision: commit ?? query.get('rev') ?? undefined, subdirectory });
}
