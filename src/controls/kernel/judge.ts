import type { Finding } from '../../core/finding.ts';
import { nearestName } from '../../core/nearest-name.ts';
import { judgeBoot } from './boot/judge.ts';
import { nextCommandLine, type NextCommandLine, parametersNow } from './boot/next-command-line.ts';
import type { BootState } from './boot/state.ts';
import { bootKnowledge, moduleKnowledge, sysctlKeys, sysctlKnowledge } from './catalogue/index.ts';
import { lacksOption } from './kernel-config.ts';
import { judgeModules } from './modules/judge.ts';
import type { KernelPolicy } from './policy.ts';
import type { KernelState } from './state.ts';
import type { CommandLine } from './sysctl/boot-outlook.ts';
import { judgeSysctl } from './sysctl/judge.ts';
import { judgeSysctlFiles } from './sysctl/judge-files.ts';

/** Compares kernel parameters, command line and modules with the policy. */
export function judgeKernel(state: KernelState, policy: KernelPolicy): Finding[] {
  const next = nextCommandLine(state.boot);
  const lacks = (option: string): string | undefined => lacksOption(state.config, option);
  const hasSysctls = Object.values(policy.sysctl).some((wish) => wish !== null);
  return [
    ...judgeSysctl(state.sysctl, policy, {
      knowledgeOf: sysctlKnowledge,
      nearestKey: (key) => nearestName(key, sysctlKeys()),
      lacksOption: lacks,
      commandLine: sysctlCommandLine(state.boot, next),
    }),
    ...(hasSysctls ? judgeSysctlFiles(state.sysctl) : []),
    ...judgeBoot(state.boot, policy, {
      knowledgeOf: bootKnowledge,
      lacksOption: lacks,
      kernelRelease: state.modules.kernelRelease,
    }),
    ...judgeModules(state.modules, policy, {
      knowledgeOf: moduleKnowledge,
      lacksOption: lacks,
      now: parametersNow(state.boot) ?? [],
      next,
      container: state.boot.container,
    }),
  ];
}

/** The next boot's command line; where nobody can tell, this boot's, marked as a guess. */
function sysctlCommandLine(boot: BootState, next: NextCommandLine): CommandLine {
  if (next.kind === 'known') return { parameters: next.parameters, file: next.path };
  return { parameters: parametersNow(boot) ?? [], file: boot.commandLine.path, doubt: next.reason };
}
