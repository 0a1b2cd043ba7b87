import { gunzipSync } from 'node:zlib';
import { remembered } from '../../core/remembered.ts';
import type { Host } from '../../host/host.ts';
import { observeBoot } from './boot/observe.ts';
import { neededOptions } from './catalogue/index.ts';
import { type KernelConfig, parseKernelConfig } from './kernel-config.ts';
import { observeModules } from './modules/observe.ts';
import { type KernelPolicy, kernelPolicy } from './policy.ts';
import { observeProcSys } from './proc-sys/observe.ts';
import type { KernelState } from './state.ts';
import { observeSysctl } from './sysctl/observe.ts';

const CONFIG_LIMIT_BYTES = 4 * 1024 * 1024;

/** Reads everything about the kernel that the policy asks for: at most three round trips. */
export async function observeKernel(host: Host, policy: KernelPolicy): Promise<KernelState> {
  const [sysctl, boot, modules, config] = await Promise.all([
    observeSysctl(host, policy),
    observeBoot(host),
    observeModules(host, policy),
    observeConfig(host, policy),
  ]);
  return { sysctl, boot, modules, config };
}

/** Which files decide doesn't depend on the policy; of the values, all are asked for. */
export async function observeWholeKernel(host: Host): Promise<void> {
  await Promise.all([observeKernel(host, kernelPolicy.parse({})), observeProcSys(host)]);
}

async function observeConfig(host: Host, policy: KernelPolicy): Promise<KernelConfig> {
  const { isRunning, kernelRelease } = host.facts;
  // An image may hold any file below /proc; and which of its kernels boots is known only where there is one.
  const sources = [
    ...(isRunning ? ['/proc/config.gz'] : []),
    ...(kernelRelease === '' ? [] : [`/boot/config-${kernelRelease}`]),
  ];
  const results = await Promise.all(sources.map((path) => host.read(path, { limitBytes: CONFIG_LIMIT_BYTES })));
  const wanted = neededOptions(policy).join(' ');
  for (const [index, result] of results.entries()) {
    const options = result.kind === 'content' ? optionsIn(`${wanted}\n${latin1(result.bytes)}`) : undefined;
    if (options !== undefined) return { source: sources[index] ?? null, options };
  }
  return { source: null, options: {} };
}

/** Of names with blanks between them and, on the next line, the bytes of a configuration; `undefined` where it is damaged. */
const optionsIn = remembered((question) => {
  const end = question.indexOf('\n');
  const text = configText(Buffer.from(question.slice(end + 1), 'latin1'));
  return text === undefined ? undefined : parseKernelConfig(text, new Set(question.slice(0, end).split(' ')));
});

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

/** gzip or plain, by its first bytes (RFC 1952, section 2.3.1); a damaged one is as good as none. */
function configText(bytes: Uint8Array): string | undefined {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  try {
    return new TextDecoder().decode(isGzip ? gunzipSync(bytes, { maxOutputLength: CONFIG_LIMIT_BYTES }) : bytes);
  } catch {
    return undefined;
  }
}
