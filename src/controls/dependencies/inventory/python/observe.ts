import type { Host, ReadResult } from '../../../../host/host.ts';
import type { Place } from '../../state.ts';
import type { InventoryProblem } from '../package.ts';
import { installedVersionName } from './installed-name.ts';
import { type InstalledPython, pythonPlace } from './installed.ts';
import { parseMetadata } from './metadata.ts';
import { originOf } from './origin.ts';

/** Of the text that says what a package is; the longest have a README of some hundred kilobytes in them. */
const METADATA_LIMIT_BYTES = 4 * 1024 * 1024;
const SMALL_FILE_LIMIT_BYTES = 64 * 1024;

export interface PythonFinds {
  /** Folders and files that describe a package each. */
  readonly infos: readonly string[];
  /** Every file REQUESTED and direct_url.json that there is. */
  readonly marks: ReadonlySet<string>;
}

/** Reads what is installed in one folder (`…/site-packages`). */
export async function observePythonPlace(host: Host, folder: string, { infos, marks }: PythonFinds): Promise<Place> {
  return pythonPlace(folder, await Promise.all(infos.map((info) => observeInstalled(host, info, marks))));
}

async function observeInstalled(host: Host, info: string, marks: ReadonlySet<string>): Promise<InstalledPython> {
  const isEgg = info.endsWith('.egg-info');
  const limits = { limitBytes: METADATA_LIMIT_BYTES };
  const direct = `${info}/direct_url.json`;
  const inside = `${info}/${isEgg ? 'PKG-INFO' : 'METADATA'}`;
  // An egg-info is a folder or the very file; asking for both costs no round trip more.
  const [text, plain, origin] = await Promise.all([
    host.read(inside, limits),
    isEgg ? host.read(info, limits) : undefined,
    marks.has(direct) ? host.read(direct, { limitBytes: SMALL_FILE_LIMIT_BYTES }) : undefined,
  ]);
  const isPlain = plain?.kind === 'content';
  const said = origin === undefined ? undefined : contentOf(origin);
  const from = said === undefined ? undefined : originOf(said);
  return {
    info,
    parsed: parse(isPlain ? plain : text, info, isPlain ? info : inside),
    // PEP 376: an empty file that an installer writes beside what somebody asked for by name.
    isRequested: marks.has(`${info}/REQUESTED`),
    ...(from !== undefined && { origin: from }),
  };
}

function parse(result: ReadResult, info: string, path: string): InstalledPython['parsed'] {
  const text = contentOf(result);
  if (text !== undefined) return parseMetadata(text, path);
  const problem: InventoryProblem = {
    where: { path: info },
    message: result.kind === 'unreadable' ? result.message : 'there is no metadata in it',
  };
  return { kind: 'problem', problem, named: installedVersionName(info.slice(info.lastIndexOf('/') + 1)) };
}

function contentOf(result: ReadResult): string | undefined {
  return result.kind === 'content' ? new TextDecoder().decode(result.bytes) : undefined;
}
