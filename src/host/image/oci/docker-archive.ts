import { LAYER_LIMIT, MANIFEST_LIMIT } from '../limits.ts';
import { damaged, tooMuch } from '../refusal.ts';
import type { ImageTree } from '../tree/tree.ts';
import type { Candidate, Layer } from './candidate.ts';
import { checkConfig, type ImageConfig, parseConfig } from './config.ts';
import { parseDigest, Summed } from './digest.ts';
import { readBytes, readDocument } from './documents.ts';
import { Fields, parseJson } from './fields.ts';

/**
 * The images of a `docker save` tar from before Docker 25, which holds no OCI layout (Docker Image Specification v1.2, "Combined
 * Image JSON + Filesystem Changeset Format"). `undefined` when the tree is something else.
 */
export async function dockerCandidates(tree: ImageTree): Promise<readonly Candidate[] | undefined> {
  const document = await readDocument(tree, '/manifest.json').catch(() => undefined);
  if (!Array.isArray(document) || document.length === 0) return undefined;
  const isOurs = (one: unknown): boolean =>
    typeof one === 'object' && one !== null && 'Config' in one && 'Layers' in one;
  if (!document.every(isOurs)) return undefined;
  if (document.length > MANIFEST_LIMIT) throw tooMuch('images in one archive', MANIFEST_LIMIT);
  return document.map((value) => candidateOf(tree, new Fields(value, 'manifest.json')));
}

function candidateOf(tree: ImageTree, entry: Fields): Candidate {
  const path = entry.text('Config');
  const load = () => readConfig(tree, path);
  return {
    names: entry.has('RepoTags') ? entry.texts('RepoTags') : [],
    identity: path,
    async platform() {
      return (await load()).platform;
    },
    async load() {
      const config = await load();
      const paths = entry.texts('Layers');
      if (paths.length > LAYER_LIMIT) throw tooMuch('layers', LAYER_LIMIT);
      checkConfig(config, paths.length);
      return {
        platform: config.platform,
        boots: config.boots,
        layers: paths.map((one, index) => toLayer(one, config, index)),
      };
    },
  };
}

/** Its name is its digest. */
async function readConfig(tree: ImageTree, path: string): Promise<ImageConfig> {
  const bytes = await readBytes(tree, `/${path}`);
  if (bytes === undefined) throw damaged(`the image is not complete: ${path} is missing`);
  const hex = /(?:^|\/)([0-9a-f]{64})(?:\.json)?$/.exec(path)?.[1];
  if (hex !== undefined) {
    const sum = new Summed({ algorithm: 'sha256', hex }, path);
    sum.add(bytes);
    sum.check();
  }
  return parseConfig(new Fields(parseJson(bytes, path), path));
}

function toLayer(path: string, { diffIds }: ImageConfig, index: number): Layer {
  return { name: path, path: `/${path}`, unpacked: diffIds[index] ?? parseDigest('', path) };
}
