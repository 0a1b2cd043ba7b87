import { machine } from 'node:os';
import { refusal } from '../refusal.ts';
import type { Candidate } from './candidate.ts';
import { formatPlatform, type Platform } from './descriptor.ts';

/** What a user asks for when a file holds several images: `image:///x.tar?platform=linux/arm64`, `…?name=app:1.2`. */
export interface Choice {
  readonly platform?: string;
  readonly name?: string;
}

/** What uname(2) calls what Go calls otherwise (go/build, "GOARCH"). */
const MACHINES: ReadonlyMap<string, string> = new Map([
  ['amd64', 'x86_64'],
  ['arm64', 'aarch64'],
  ['386', 'i686'],
  ['loong64', 'loongarch64'],
]);

/** `uname -m` of a machine that runs images of a platform. */
export function machineOf({ architecture, variant }: Platform): string {
  if (architecture === 'arm') return variant === 'v6' ? 'armv6l' : 'armv7l';
  return MACHINES.get(architecture) ?? architecture;
}

/** The one image that is meant: the one that was asked for, the only one, or the only one for a machine like this one. */
export async function chooseImage(candidates: readonly Candidate[], choice: Choice): Promise<Candidate> {
  const known: { readonly candidate: Candidate; readonly platform: Platform }[] = [];
  // One after the other: each may have to read documents of some size.
  for (const candidate of distinct(candidates)) known.push({ candidate, platform: await candidate.platform() });
  const asked = known.filter(
    ({ candidate, platform }) =>
      (choice.name === undefined || candidate.names.includes(choice.name)) &&
      (choice.platform === undefined || isPlatform(platform, choice.platform)),
  );
  const ours = asked.filter(({ platform }) => platform.os === 'linux' && machineOf(platform) === machine());
  const [chosen, ...others] = asked.length > 1 ? ours : asked;
  if (chosen !== undefined && others.length === 0) return chosen.candidate;
  const names = known.map(({ candidate, platform }) => describe(candidate, platform)).sort();
  const what = asked.length === 0 ? 'none of them is what was asked for' : 'it is not clear which is meant';
  if (names.length === 0) {
    throw refusal('requirement', 'the file holds no image', 'Give a layout or archive with an image of Linux in it.');
  }
  throw refusal(
    'requirement',
    `the file holds ${names.length === 1 ? 'one image' : `${String(names.length)} images`}, and ${what}: ${names.join(', ')}`,
    'Say which one at the end of the address: ?platform=linux/arm64 or ?name=app:1.2',
  );
}

/** One image under several names is one. */
function distinct(candidates: readonly Candidate[]): readonly Candidate[] {
  const byIdentity = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const former = byIdentity.get(candidate.identity);
    byIdentity.set(candidate.identity, { ...candidate, names: [...(former?.names ?? []), ...candidate.names] });
  }
  return [...byIdentity.values()];
}

function isPlatform(platform: Platform, wanted: string): boolean {
  return wanted === formatPlatform(platform) || wanted === `${platform.os}/${platform.architecture}`;
}

function describe({ names }: Candidate, platform: Platform): string {
  return `${names.length === 0 ? 'an image without a name' : names.join(' = ')} for ${formatPlatform(platform)}`;
}
