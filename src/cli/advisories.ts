import { dirname, join, resolve } from 'node:path';
import type { AdvisoryStore } from '../advisories/index.ts';
import type { AdvisoryIndex } from '../core/advisory.ts';
import { FreeholdError } from '../core/error.ts';
import type { Advisories, Surroundings } from '../core/surroundings.ts';
import { makeFolder } from '../host/local-folder.ts';
import { stateFolder } from './state-folder.ts';

/** The options of a command that asks what is published about packages. */
export interface AdvisoryOptions {
  readonly advisories?: string;
}

/** The index that is used where nobody names another. */
export function advisoriesFile({ advisories }: AdvisoryOptions): string {
  return resolve(advisories ?? join(stateFolder(), 'advisories.sqlite'));
}

const PRIVATE_FOLDER_MODE = 0o700;

/** Opens the index to read sources into it, and makes it where there is none. Throws `usage` when it can't be. */
export async function openAdvisoryStore(options: AdvisoryOptions): Promise<AdvisoryStore> {
  const { AdvisoryStore: Store } = await import('../advisories/index.ts');
  const file = advisoriesFile(options);
  try {
    makeFolder(dirname(file), PRIVATE_FOLDER_MODE);
  } catch (error) {
    const message = `${file} can't be written: ${error instanceof Error ? error.message : String(error)}`;
    const hint = 'Name a file in a folder that you may write to with --advisories.';
    throw new FreeholdError('usage', [{ code: 'advisories/not-written', level: 'error', message, hint }], {
      cause: error,
    });
  }
  return new Store(file);
}

/**
 * Opens the index when it is asked for, and only once. One that somebody named must be there; where there is none otherwise,
 * what would need it says so.
 */
export function advisoriesOf(options: AdvisoryOptions): Surroundings['advisories'] {
  let opened: Promise<Advisories> | undefined;
  return () => {
    opened ??= open(options);
    return opened;
  };
}

/** For a command that says nothing without advisories: throws `usage` where there are none. */
export async function requireAdvisories(advisories: Surroundings['advisories']): Promise<AdvisoryIndex> {
  const known = await advisories();
  if (known.kind === 'open') return known.index;
  const { reason: message, hint } = known;
  throw new FreeholdError('usage', [{ code: 'advisories/none', level: 'error', message, hint }]);
}

async function open(options: AdvisoryOptions): Promise<Advisories> {
  // Without what reads sources: an audit asks, and reads none.
  const { openAdvisoryIndex } = await import('../advisories/advisory-index.ts');
  try {
    return { kind: 'open', index: openAdvisoryIndex(advisoriesFile(options)) };
  } catch (error) {
    if (!(error instanceof FreeholdError) || options.advisories !== undefined) throw error;
    const [diagnostic] = error.diagnostics;
    return { kind: 'none', reason: error.message, hint: diagnostic?.hint ?? '' };
  }
}
