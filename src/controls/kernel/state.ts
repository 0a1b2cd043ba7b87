import type { BootState } from './boot/state.ts';
import type { KernelConfig } from './kernel-config.ts';
import type { ModulesState } from './modules/state.ts';
import type { SysctlState } from './sysctl/state.ts';

/** What was seen of a kernel: plain data, so that a recorded state judges as a live one. */
export interface KernelState {
  readonly sysctl: SysctlState;
  readonly boot: BootState;
  readonly modules: ModulesState;
  readonly config: KernelConfig;
}
