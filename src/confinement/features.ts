import type { Host } from '../host/host.ts';

/** Which classes of rules a policy is compiled with; without the target's own, some vanish and nothing says so. */
export interface Features {
  /** Of a features file, or of the kernel's own folder, on the machine that compiles. */
  readonly path: string;
  readonly from: 'kernel' | 'file' | 'abi';
  /** One sentence for people. */
  readonly shown: string;
}

export type FeaturesResult =
  { readonly kind: 'features'; readonly features: Features } | { readonly kind: 'none'; readonly reason: string };

const KERNEL = '/sys/kernel/security/apparmor/features';
const ABI_FOLDER = '/etc/apparmor.d/abi';
const VERSION = /^([0-9]{1,4})\.([0-9]{1,4})$/;

/** A file that the user names, or what the machine's kernel says of itself, or the newest that AppArmor ships for all kernels. */
export async function chooseFeatures(host: Host, named?: string): Promise<FeaturesResult> {
  if (named !== undefined) return found({ path: named, from: 'file', shown: `the features of ${named}` });
  const kernel = await host.list(KERNEL);
  if (kernel.kind === 'entries' && kernel.entries.length > 0)
    return found({ path: KERNEL, from: 'kernel', shown: `the features of the kernel ${host.facts.kernelRelease}` });
  const abis = await host.list(ABI_FOLDER);
  const names =
    abis.kind === 'entries' ? abis.entries.map(({ name }) => name).filter((name) => VERSION.test(name)) : [];
  const newest = names.toSorted((one, other) => rank(other) - rank(one))[0];
  if (newest === undefined)
    return { kind: 'none', reason: `the machine has neither ${KERNEL} nor a file of features in ${ABI_FOLDER}` };
  const path = `${ABI_FOLDER}/${newest}`;
  return found({ path, from: 'abi', shown: `the features of ${path}, for this kernel has no AppArmor to ask` });
}

const MINORS = 10_000;

function rank(name: string): number {
  const [, major, minor] = VERSION.exec(name) ?? [];
  return Number(major) * MINORS + Number(minor);
}

function found(features: Features): FeaturesResult {
  return { kind: 'features', features };
}
