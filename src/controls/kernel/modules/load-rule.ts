import { describeLocation } from '../../../core/describe.ts';
import type { Location } from '../../../core/finding.ts';
import { type BootParameter, isSameParameter } from '../boot-parameters.ts';
import type { ConfFileState } from '../conf-directory/state.ts';
import { nameMatches } from '../glob.ts';
import { parseModprobeFile } from './modprobe-file.ts';

/** What happens when somebody asks for a module. */
export type LoadRule =
  /** The kernel itself refuses it (module_blacklist=), or modprobe runs a command that does nothing. */
  | { readonly kind: 'blocked'; readonly where: Location }
  /** Only not loaded for a device or alias; by its name, or for another module that needs it, it still is. */
  | { readonly kind: 'blacklisted'; readonly where: Location }
  /** modprobe runs a command of its own, which may well load it. */
  | { readonly kind: 'command'; readonly command: string; readonly where: Location }
  | { readonly kind: 'loadable' };

/** Commands that end without having loaded anything. */
const NOTHING: ReadonlySet<string> = new Set([
  '/bin/false',
  '/bin/true',
  '/usr/bin/false',
  '/usr/bin/true',
  'false',
  'true',
  ':',
]);

export interface LoadRuleInput {
  readonly module: string;
  readonly files: readonly ConfFileState[];
  readonly commandLine: { readonly parameters: readonly BootParameter[]; readonly file: string };
}

/**
 * The rule that decides for one module: of several `install` lines the first that matches, in the order of the files
 * (kmod_module_get_install_commands() of kmod 30).
 */
export function loadRule({ module, files, commandLine }: LoadRuleInput): LoadRule {
  const atCommandLine = { path: commandLine.file };
  if (namesModule('module_blacklist', module, commandLine.parameters)) return { kind: 'blocked', where: atCommandLine };
  let blacklist: Location | undefined;
  for (const { path, content } of files) {
    if (content.kind !== 'text') continue;
    for (const command of parseModprobeFile(content.text)) {
      const where = { path, line: command.line };
      if (command.kind === 'blacklist') blacklist ??= command.module === module ? where : undefined;
      else if (nameMatches(command.pattern, module)) return installRule(command.command, where);
    }
  }
  if (blacklist !== undefined) return { kind: 'blacklisted', where: blacklist };
  const isBlacklisted = namesModule('modprobe.blacklist', module, commandLine.parameters);
  return isBlacklisted ? { kind: 'blacklisted', where: atCommandLine } : { kind: 'loadable' };
}

function installRule(command: string, where: Location): LoadRule {
  const [program = ''] = command.trim().split(/\s+/);
  return NOTHING.has(program) && !/[;&|$`<>()]/.test(command)
    ? { kind: 'blocked', where }
    : { kind: 'command', command: command.trim(), where };
}

function namesModule(parameter: string, module: string, parameters: readonly BootParameter[]): boolean {
  const values = parameters.filter(({ name }) => isSameParameter(name, parameter)).map(({ value }) => value ?? '');
  // The kernel keeps one string, the last (core_param() of kernel/module/main.c); kmod adds up what it finds. Both compare
  // with the name as the kernel spells it, with `_`.
  const deciding = parameter === 'module_blacklist' ? values.slice(-1) : values;
  return deciding.some((value) => value.split(',').includes(module));
}

/** The line that a rule comes from. */
export function locateRule(rule: LoadRule): string | null {
  if (rule.kind === 'loadable') return null;
  return describeLocation(rule.where);
}
