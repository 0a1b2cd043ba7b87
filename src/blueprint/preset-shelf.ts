import { existsSync } from 'node:fs';
import { assetPath, loadAssetData, readAsset } from '../core/assets.ts';
import { parseYaml } from './parse-yaml.ts';
import { PRESETS } from './preset-names.ts';
import { Problems } from './problems.ts';
import { type Mark, SourceText } from './source-text.ts';
import { findNearest, fromPlain, type MapNode, type Path } from './tree.ts';

/** Where presets come from. */
export interface PresetShelf {
  readonly names: readonly string[];
  /** The file, for people to open. */
  path(name: string): string;
  /** Throws when the preset is damaged. */
  load(name: string): MapNode;
}

export const shippedPresets: PresetShelf = {
  names: PRESETS,
  path: (name) => assetPath(fileOf(name)),
  load(name) {
    const file = fileOf(name);
    return existsSync(assetPath(`${file}.json`))
      ? treeOfData(loadAssetData(file), () => fromYaml(file))
      : fromYaml(file);
  },
};

function fileOf(name: string): string {
  return `presets/${name}.yaml`;
}

function fromYaml(file: string): MapNode {
  const path = assetPath(file);
  const problems = new Problems();
  const tree = parseYaml(new SourceText(path, readAsset(file)), problems);
  if (tree !== undefined && !problems.hasErrors) return tree;
  throw new Error(`${path} is damaged: ${problems.all()[0]?.message ?? 'it is empty'}`);
}

/** Compiled data has no lines; the YAML it was made of is parsed only if somebody asks where a value is written. */
export function treeOfData(data: unknown, parseSource: () => MapNode): MapNode {
  let source: MapNode | undefined;
  const markAt = (path: Path): Mark => ({
    position() {
      source ??= parseSource();
      return findNearest(source, path).place.position();
    },
  });
  const tree = fromPlain(data, markAt);
  if (tree.kind === 'map') return tree;
  throw new Error('a preset must be a map');
}
