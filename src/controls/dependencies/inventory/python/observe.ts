import type { DirectReader, Host, ReadOptions, ReadResult } from '../../../../host/host.ts';
import type { Place } from '../../state.ts';
import type { InventoryProblem } from '../package.ts';
import { installedVersionName } from './installed-name.ts';
import { type InstalledPython, pythonPlace } from './installed.ts';
import { parseMetadata } from './metadata.ts';
import { originOf } from './origin.ts';

/** Of the text that says what a package is; the longest have a README of some hundred kilobytes in them. */
const METADATA: ReadOptions = { limitBytes: 4 * 1024 * 1024, isHeaderEnough: true };
const DIRECT_URL: ReadOptions = { limitBytes: 64 * 1024 };

const decoder = new TextDecoder();

export interface PythonFinds {
  /** Folders and files that describe a package each. */
  readonly infos: readonly string[];
  /** Every file REQUESTED and direct_url.json that there is; `undefined` where each is asked for instead. */
  readonly marks: ReadonlySet<string> | undefined;
}

/** Reads what is installed in one folder (`…/site-packages`). */
export async function observePythonPlace(host: Host, folder: string, { infos, marks }: PythonFinds): Promise<Place> {
  const { direct } = host;
  const hasMark = (info: string, path: string): boolean => marks?.has(path) ?? isMarked(info, path, direct);
  const asked = infos.map((info): Asked => {
    const isRequested = hasMark(info, `${info}/REQUESTED`);
    return { info, isRequested, hasOrigin: hasMark(info, directUrlOf(info)) };
  });
  if (direct !== undefined) {
    const read = (path: string, options: ReadOptions): ReadResult => direct.read(path, options);
    return pythonPlace(
      folder,
      asked.map((one) => installedOf(one, ask(one, read))),
    );
  }
  const installed = asked.map(async (one) => {
    const [inside, plain, origin] = ask(one, (path, options) => host.read(path, options));
    return installedOf(one, await Promise.all([inside, plain, origin]));
  });
  return pythonPlace(folder, await Promise.all(installed));
}

/** As a search for marks would have it, which follows no link to a folder. */
function isMarked(info: string, mark: string, direct: DirectReader | undefined): boolean {
  if (direct === undefined || direct.stat(mark).kind === 'missing') return false;
  const folder = direct.stat(info);
  return folder.kind === 'stat' && folder.type === 'directory';
}

function directUrlOf(info: string): string {
  return `${info}/direct_url.json`;
}

interface Asked {
  readonly info: string;
  /** PEP 376: an empty file that an installer writes beside what somebody asked for by name. */
  readonly isRequested: boolean;
  readonly hasOrigin: boolean;
}

type Answers<Answer> = readonly [inside: Answer, plain: Answer | undefined, origin: Answer | undefined];

function ask<Answer>(
  { info, hasOrigin }: Asked,
  read: (path: string, options: ReadOptions) => Answer,
): Answers<Answer> {
  return [
    read(insideOf(info), METADATA),
    // An egg-info is a folder or the very file; asking for both costs no round trip more.
    info.endsWith('.egg-info') ? read(info, METADATA) : undefined,
    hasOrigin ? read(directUrlOf(info), DIRECT_URL) : undefined,
  ];
}

function insideOf(info: string): string {
  return `${info}/${info.endsWith('.egg-info') ? 'PKG-INFO' : 'METADATA'}`;
}

function installedOf({ info, isRequested }: Asked, [inside, plain, origin]: Answers<ReadResult>): InstalledPython {
  const isPlain = plain?.kind === 'content';
  const said = origin === undefined ? undefined : contentOf(origin);
  const from = said === undefined ? undefined : originOf(said);
  return {
    info,
    parsed: isPlain ? parse(plain, info, info) : parse(inside, info, insideOf(info)),
    isRequested,
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
  return result.kind === 'content' ? decoder.decode(result.bytes) : undefined;
}
