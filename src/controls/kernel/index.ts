import type { Control } from '../../core/control.ts';
import { explainKernel, kernelTopics } from './explain.ts';
import { judgeKernel } from './judge.ts';
import { observeKernel, observeWholeKernel } from './observe.ts';
import { kernelPolicy, type KernelPolicy } from './policy.ts';
import type { KernelState } from './state.ts';

/** Kernel parameters, boot command line and modules. */
export const kernel: Control<KernelPolicy, KernelState> = {
  id: 'kernel',
  title: 'Linux kernel',
  policy: kernelPolicy,
  observe: observeKernel,
  observeAll: observeWholeKernel,
  judge: judgeKernel,
  explain: explainKernel,
  topics: kernelTopics,
};
