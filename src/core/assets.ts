import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const sourceRoot = join(here, '..', '..');

/** The published bundle has its own copies beside it; the sources read theirs where they stand. */
const isBundle = existsSync(join(here, 'assets'));
const assetRoot = isBundle ? join(here, 'assets') : sourceRoot;

/** Where a file that ships with Freehold lies; `path` is relative to the package: `presets/server.yaml`. */
export function assetPath(path: string): string {
  return join(assetRoot, path);
}

/**
 * Where the code of a thread of its own lies, for `new Worker(…)`; `path` is relative to the package: `src/host/digest/digest-files-worker.ts`.
 * In the bundle it is a part that scripts/build.ts makes of every `*-worker.ts`, under its own name.
 */
export function workerUrl(path: string): URL {
  return pathToFileURL(isBundle ? join(here, `${basename(path, '.ts')}.js`) : join(sourceRoot, path));
}

/** Reads a text that ships with Freehold. Throws when the installation is damaged. */
export function readAsset(path: string): string {
  return readFileSync(assetPath(path), 'utf8');
}

/** Reads YAML data that ships with Freehold; the bundle carries it as JSON (`<path>.json`), which parses 30 × faster. */
export function loadAssetData(path: string): unknown {
  const compiled = assetPath(`${path}.json`);
  return existsSync(compiled) ? JSON.parse(readFileSync(compiled, 'utf8')) : parseYaml(readAsset(path));
}

interface YamlLibrary {
  parse(text: string): unknown;
}

/** Loaded only where the sources run as they are: the library costs 25 ms, and the bundle never needs it here. */
function parseYaml(text: string): unknown {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- require() knows no types
  const yaml = createRequire(import.meta.url)('yaml') as YamlLibrary;
  return yaml.parse(text);
}
