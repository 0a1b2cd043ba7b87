import type { Change } from '../../../core/change.ts';
import type { Remedy } from '../../../core/finding.ts';
import type { KernelPolicy } from '../policy.ts';
import { type LoadRule, locateRule } from './load-rule.ts';
import { parseModprobeFile } from './modprobe-file.ts';
import { isListed, type ModulesState } from './state.ts';

const HEADER = [
  '# Kernel modules that Freehold keeps from being loaded (modprobe.d(5)).',
  '# Change the blueprint rather than this file; `freehold rollback` takes back what the last run wrote.',
] as const;

export interface ModuleRemedyInput {
  readonly name: string;
  readonly state: ModulesState;
  readonly policy: KernelPolicy;
  readonly rule: LoadRule;
}

/** The first `install` line wins, so a line of ours can't help where another comes before it. */
export function moduleRemedy({ name, state, policy, rule }: ModuleRemedyInput): Remedy {
  const isLoaded = isListed(state.loaded, name) === true;
  if (rule.kind === 'command' && rule.where.path !== policy.modprobeFile) {
    const instruction = `${locateRule(rule) ?? ''} comes first and decides: change that line to \`install ${name} /bin/false\`.`;
    return { kind: 'manual', instruction };
  }
  const isInUse = isListed(state.inUse, name) === true;
  if (isInUse && rule.kind === 'blocked') return { kind: 'reboot' };
  // Unloading first: once modprobe refuses the module, going back could not load it again.
  const changes = [
    ...(isLoaded && !isInUse ? [unload(name)] : []),
    ...(rule.kind === 'blocked' ? [] : [block(name, state, policy)]),
  ];
  return { kind: 'changes', changes };
}

function unload(name: string): Change {
  return {
    kind: 'command',
    title: `unload the kernel module ${name}`,
    run: ['modprobe', '-r', name],
    undo: ['modprobe', name],
    touches: [],
  };
}

function block(name: string, state: ModulesState, { modprobeFile }: KernelPolicy): Change {
  return {
    kind: 'lines',
    path: modprobeFile,
    remove: ownLines(name, state, modprobeFile),
    add: [`install ${name} /bin/false`, `blacklist ${name}`],
    header: HEADER,
    created: { mode: 0o644, owner: 'root', group: 'root' },
  };
}

/** Lines of our own file that speak of the module by its name alone. */
function ownLines(name: string, state: ModulesState, file: string): readonly string[] {
  const content = state.files.find(({ path }) => path === file)?.content;
  if (content?.kind !== 'text') return [];
  const lines = content.text.split('\n');
  return parseModprobeFile(content.text).flatMap((command) => {
    const isOurs = command.kind === 'blacklist' ? command.module === name : command.pattern === name;
    const text = lines[command.line - 1] ?? '';
    return isOurs && !text.endsWith('\\') ? [text] : [];
  });
}
