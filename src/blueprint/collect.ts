import { realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { nearestName } from '../core/nearest-name.ts';
import { readFrame } from './file-frame.ts';
import { EXTENDS_LIMIT_FILES, EXTENDS_LIMIT_LEVELS } from './limits.ts';
import { parseYaml } from './parse-yaml.ts';
import type { PresetShelf } from './preset-shelf.ts';
import type { Problems } from './problems.ts';
import { quote, showName } from './quote.ts';
import { readText } from './read-text.ts';
import type { Section } from './section.ts';
import type { Mark } from './source-text.ts';
import { findNode, type MapNode, type Path } from './tree.ts';

/** What a blueprint, or an item of its `extends:`, names. */
export type Reference =
  { readonly kind: 'preset'; readonly name: string } | { readonly kind: 'file'; readonly path: string };

/** One file of many, to be merged in the order of the list it stands in. */
export interface Layer {
  readonly reference: Reference;
  /** `undefined` where the frame is damaged. */
  readonly name: string | undefined;
  readonly tree: MapNode;
}

export interface CollectOptions {
  readonly sections: readonly Section[];
  readonly presets: PresetShelf;
  readonly problems: Problems;
}

/** A name with a slash or this ending is a file; everything else is a preset. */
export const FILE_ENDING = /\.ya?ml$/i;
const NETWORK_ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//i;

/** Reads a blueprint and all it rests on: what is extended stands before what extends it, and each file once. */
export async function collectLayers(reference: Reference, options: CollectOptions): Promise<readonly Layer[]> {
  const collector = new Collector(options);
  await collector.visit(reference, []);
  return collector.layers;
}

/** A file that is being read, and where the one before it asks for it. */
interface Step {
  readonly key: string;
  readonly label: string;
}

class Collector {
  readonly layers: Layer[] = [];
  readonly #options: CollectOptions;
  readonly #visited = new Set<string>();

  constructor(options: CollectOptions) {
    this.#options = options;
  }

  async visit(reference: Reference, chain: readonly Step[], asked?: Mark): Promise<void> {
    const step = await stepTo(reference);
    if (this.#isRefused(step, chain, asked) || this.#visited.has(step.key)) return;
    this.#visited.add(step.key);
    const tree =
      reference.kind === 'preset'
        ? this.#options.presets.load(reference.name)
        : await this.#read(reference.path, asked);
    const file = tree === undefined ? undefined : readFrame(tree, this.#options.sections, this.#options.problems);
    if (file === undefined) return;
    for (const item of extendedBy(file.tree)) {
      const next = this.#resolve(item, reference);
      if (next !== undefined) await this.visit(next, [...chain, step], item.mark);
    }
    this.layers.push({ reference, name: file.frame?.name, tree: file.tree });
  }

  #isRefused(step: Step, chain: readonly Step[], asked: Mark | undefined): boolean {
    if (asked === undefined) return false;
    const start = chain.findIndex(({ key }) => key === step.key);
    if (start !== -1) {
      const circle = [...chain.slice(start), step].map(({ label }) => showName(label)).join(' → ');
      const message = `The files extend each other in a circle: ${circle}.`;
      this.#options.problems.error({ code: 'extends-cycle', message, at: asked });
      return true;
    }
    const isLong = chain.length >= EXTENDS_LIMIT_LEVELS;
    if (!isLong && this.#visited.size < EXTENDS_LIMIT_FILES) return false;
    const message = isLong
      ? `More than ${EXTENDS_LIMIT_LEVELS} files extend each other in a row.`
      : `The blueprint rests on more than ${EXTENDS_LIMIT_FILES} files.`;
    this.#options.problems.error({ code: 'extends-limit', message, at: asked });
    return true;
  }

  async #read(path: string, asked: Mark | undefined): Promise<MapNode | undefined> {
    const { problems } = this.#options;
    const result = await readText(path);
    if (result.kind === 'refused') {
      const where = result.diagnostic.where ?? asked?.position() ?? { path };
      problems.add({ ...result.diagnostic, where });
      return undefined;
    }
    if (result.isWritableByOthers) {
      const message = `Everybody on this machine may change ${quote(path)}, and with it what Freehold does.`;
      const hint = 'chmod o-w takes that right away.';
      problems.warn({ code: 'writable-by-others', message, hint, at: { position: () => ({ path }) } });
    }
    return parseYaml(result.source, problems);
  }

  #resolve({ text, mark }: Extended, from: Reference): Reference | undefined {
    const { presets, problems } = this.#options;
    if (presets.names.includes(text)) return { kind: 'preset', name: text };
    if (NETWORK_ADDRESS.test(text)) {
      const message = `${quote(text)} is an address on the network; only files and presets can be extended.`;
      problems.error({
        code: 'not-found',
        message,
        hint: 'Fetch the file first, and keep it beside this one.',
        at: mark,
      });
      return undefined;
    }
    if (text.includes('/') || FILE_ENDING.test(text)) {
      const folder = from.kind === 'file' ? dirname(from.path) : '.';
      return { kind: 'file', path: isAbsolute(text) ? text : join(folder, text) };
    }
    problems.error({ ...unknownPreset(text, presets.names), at: mark });
    return undefined;
  }
}

export function unknownPreset(name: string, names: readonly string[]): { code: string; message: string; hint: string } {
  const nearest = nearestName(name, names);
  const guess = nearest === undefined ? '' : `Did you mean ${nearest}? `;
  const hint = `${guess}Presets are ${names.join(', ')}; a file is named with its path: ${showName(`./${name}`)}`;
  return { code: 'unknown-preset', message: `There is no preset ${quote(name)}.`, hint };
}

async function stepTo(reference: Reference): Promise<Step> {
  if (reference.kind === 'preset') return { key: `preset:${reference.name}`, label: reference.name };
  return { key: await realpath(reference.path).catch(() => reference.path), label: reference.path };
}

interface Extended {
  readonly text: string;
  readonly mark: Mark;
}

/** What `extends:` names, as far as it can be read; the frame's schema tells of the rest. */
function extendedBy(tree: MapNode): readonly Extended[] {
  const texts = (path: Path): readonly Extended[] => {
    const found = findNode(tree, path);
    if (found?.node.kind === 'list') return found.node.items.flatMap((_, index) => texts([...path, index]));
    if (found?.node.kind !== 'scalar' || typeof found.node.value !== 'string') return [];
    return found.node.value === '' ? [] : [{ text: found.node.value, mark: found.node.mark }];
  };
  return texts(['extends']);
}

/** What reports call a blueprint that doesn't name itself. */
export function nameOf({ reference, name }: Layer): string {
  if (name !== undefined) return name;
  return reference.kind === 'preset' ? reference.name : basename(reference.path).replace(FILE_ENDING, '');
}
