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

/** Reads what is installed in one folder (`…/site-packages`), by the folders and files that describe a package each. */
export async function observePythonPlace(host: Host, folder: string, infos: readonly string[]): Promise<Place> {
  return pythonPlace(folder, await Promise.all(infos.map((info) => observeInstalled(host, info))));
}

async function observeInstalled(host: Host, info: string): Promise<InstalledPython> {
  const isEgg = info.endsWith('.egg-info');
  const limits = { limitBytes: METADATA_LIMIT_BYTES };
  // An egg-info is a folder or the very file; asking for both costs no round trip more.
  const [listing, text, plain] = await Promise.all([
    host.list(info),
    host.read(`${info}/${isEgg ? 'PKG-INFO' : 'METADATA'}`, limits),
    isEgg ? host.read(info, limits) : undefined,
  ]);
  const names = new Set(listing.kind === 'entries' ? listing.entries.map(({ name }) => name) : []);
  const origin = names.has('direct_url.json')
    ? contentOf(await host.read(`${info}/direct_url.json`, { limitBytes: SMALL_FILE_LIMIT_BYTES }))
    : undefined;
  const metadata = text.kind === 'content' ? text : (plain ?? text);
  const from = origin === undefined ? undefined : originOf(origin);
  return {
    info,
    parsed: parse(
      metadata,
      info,
      isEgg && text.kind === 'content' ? `${info}/PKG-INFO` : isEgg ? info : `${info}/METADATA`,
    ),
    // PEP 376: an empty file that an installer writes beside what somebody asked for by name.
    isRequested: names.has('REQUESTED'),
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
