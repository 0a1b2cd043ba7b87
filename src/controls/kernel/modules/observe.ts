import type { Host, ReadResult } from '../../../host/host.ts';
import { observeConfDirectories } from '../conf-directory/observe.ts';
import type { KernelPolicy } from '../policy.ts';
import { moduleName } from './modprobe-file.ts';
import type { ModulesState, NameList } from './state.ts';

/** The directories kmod reads, first wins (modprobe.d(5); `/usr/lib` from kmod 31 on, elsewhere the same as `/lib`). */
const MODPROBE_DIRECTORIES = [
  '/etc/modprobe.d',
  '/run/modprobe.d',
  '/usr/local/lib/modprobe.d',
  '/usr/lib/modprobe.d',
  '/lib/modprobe.d',
] as const;

/** Reads what decides whether the wished modules are loaded or can be: two round trips. */
export async function observeModules(host: Host, policy: KernelPolicy): Promise<ModulesState> {
  const { isRunning, kernelRelease } = host.facts;
  const wished = new Set(Object.keys(policy.modules).map(moduleName));
  const folder = `/lib/modules/${kernelRelease}`;
  const [conf, loaded, builtIn, available] = await Promise.all([
    observeConfDirectories(host, {
      directories: MODPROBE_DIRECTORIES,
      suffixes: ['.conf', '.alias'],
      doFoldersHide: false,
    }),
    isRunning ? host.read('/proc/modules') : NOT_RUNNING,
    kernelRelease === '' ? NO_ONE_KERNEL : host.read(`${folder}/modules.builtin`),
    kernelRelease === '' ? NO_ONE_KERNEL : host.read(`${folder}/modules.dep`),
  ]);
  return {
    ...conf,
    kernelRelease,
    loaded: nameList(loaded, wished, (line) => line.split(' ')[0] ?? ''),
    // name, size, count of users, … (proc(5))
    inUse: nameList(loaded, wished, (line) => (line.split(' ')[2] === '0' ? '' : (line.split(' ')[0] ?? ''))),
    builtIn: nameList(builtIn, wished, fileModule),
    available: nameList(available, wished, (line) => fileModule(line.split(':')[0] ?? '')),
  };
}

const NOT_RUNNING = { kind: 'not-running' } as const;
const NO_ONE_KERNEL = {
  kind: 'unreadable',
  cause: 'io',
  message: 'the image holds no kernel, or more than one (/lib/modules)',
} as const;

/** Only the wished names: a kernel has thousands of modules. */
function nameList(
  result: ReadResult | typeof NOT_RUNNING,
  wished: ReadonlySet<string>,
  nameOf: (line: string) => string,
): NameList {
  if (result.kind === 'missing' || result.kind === 'not-running') return result;
  if (result.kind === 'unreadable') return { kind: 'unreadable', reason: result.message };
  const names = new TextDecoder().decode(result.bytes).split('\n').map(nameOf);
  return { kind: 'names', names: [...new Set(names)].filter((name) => wished.has(name)).sort() };
}

/** `kernel/net/dccp/dccp.ko.xz` → `dccp` */
function fileModule(path: string): string {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return moduleName(file.split('.')[0] ?? '');
}
