import { posix } from 'node:path';
import type { Host } from '../../host/host.ts';
import type { Workbench } from '../tool.ts';
import { whyContentsNotTrusted, whyFileNotTrusted } from '../trusted.ts';
import { FILE_LIMIT_BYTES, type LockTool } from './lock-tool.ts';
import type { LockProject } from './locked.ts';
import type { ProjectFiles } from './rehearse-lock.ts';

export const MANIFEST = 'package.json';

/** The lock, its settings, and every manifest of the project, with those of its workspaces. */
export async function filesOf(host: Host, folder: string, tool: LockTool): Promise<ProjectFiles> {
  const closed = ['node_modules', '.git', '.yarn', '.pnpm-store'];
  const found = await host.find({ below: [folder], names: [MANIFEST], closed, without: [] });
  const manifests = found.kind === 'found' ? found.paths.map((path) => posix.relative(folder, path)) : [MANIFEST];
  const settings = await Promise.all(tool.settings.map((name) => settingsIn(host, folder, name)));
  const names = [...new Set([tool.lock, MANIFEST, ...settings.flat(), ...manifests])];
  const read = await Promise.all(
    names.map(async (name) => ({
      name,
      result: await host.read(`${folder}/${name}`, { limitBytes: FILE_LIMIT_BYTES }),
    })),
  );
  return new Map(
    read.flatMap(({ name, result }) =>
      result.kind === 'content'
        ? [[name, new TextDecoder('utf-8', { ignoreBOM: true }).decode(result.bytes)] as const]
        : [],
    ),
  );
}

/** The file, or every file of the folder that it is. */
async function settingsIn(host: Host, folder: string, name: string): Promise<readonly string[]> {
  const listing = await host.list(`${folder}/${name}`);
  return listing.kind === 'entries' ? listing.entries.map((entry) => `${name}/${entry.name}`) : [name];
}

/** Manifests, settings and what is installed say which programs run while packages are installed. */
export async function whyProjectNotTrusted(
  { host, actor }: Workbench,
  { lock, installed }: LockProject,
  files: ProjectFiles,
): Promise<string | undefined> {
  for (const name of files.keys()) {
    const distrust = await whyFileNotTrusted(host, `${posix.dirname(lock.path)}/${name}`, actor);
    if (distrust !== undefined) return distrust;
  }
  const folders = installed.map(({ path }) => path);
  return whyContentsNotTrusted(host, folders, actor);
}
