import { quoted } from '../printable.ts';
import type { InventoryProblem, ParsedInventory } from '../package.ts';
import { plainText, problemAt, splitNamed } from './npm-text.ts';
import { originOf } from './origin.ts';
import { type ClassicBlock, readClassicBlocks } from './yarn-classic-blocks.ts';
import { linkEntries, type YarnEntry } from './yarn-entries.ts';

const ALIAS = 'npm:';
/** What isn't from a registry is asked for by its address. */
const ADDRESS = /[:/]/;

/**
 * Reads yarn.lock of Yarn 1, which doesn't say what the project itself asks for. Source: src/lockfile/index.js and
 * src/lockfile/stringify.js of yarnpkg/yarn.
 */
export function parseClassicLock(text: string, path: string): ParsedInventory {
  const problems: InventoryProblem[] = [];
  const entries = readClassicBlocks(text, path, problems).flatMap((block) => {
    const entry = toEntry(block);
    if (entry === undefined) {
      const message = `The entry ${quoted(block.descriptors[0] ?? '')} names no package; it is left out.`;
      problems.push(problemAt(path, block.line, message));
    }
    return entry === undefined ? [] : [entry];
  });
  return { packages: linkEntries(entries, path, false), problems };
}

function toEntry({ descriptors, fields, needs, line }: ClassicBlock): YarnEntry | undefined {
  const asked = splitNamed(descriptors[0] ?? '');
  if (asked === undefined) return undefined;
  const alias = asked.reference.startsWith(ALIAS) ? splitNamed(asked.reference.slice(ALIAS.length)) : undefined;
  const name = alias?.name ?? asked.name;
  const isAddress = alias === undefined && ADDRESS.test(asked.reference) && !asked.reference.startsWith(ALIAS);
  const address = plainText(fields.get('resolved')) ?? (isAddress ? plainText(asked.reference) : undefined);
  const origin = originOf(address, name);
  const version = plainText(fields.get('version'));
  return {
    name,
    version,
    key: `${name}@${origin ?? version ?? ''}`,
    line,
    origin,
    descriptors,
    needs: [...needs].map(([needed, range]) => ({ name: needed, descriptors: [`${needed}@${range}`] })),
    isOwn: false,
  };
}
