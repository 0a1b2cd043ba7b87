import { type ByteText, toByteText } from '../core/byte-text.ts';
import { START } from '../apparmor/compiled/automaton.ts';
import { literalAttachments } from '../apparmor/compiled/compare/literal.ts';
import type { CompiledPolicy, CompiledProfile } from '../apparmor/compiled/profile.ts';
import { isIgnoredName } from '../apparmor/ignored-name.ts';
import type { Host } from '../host/host.ts';

/** The profile of that name, or the one that a program of that path is put under by the kernel: the longest match counts. */
export function profileFor(policy: CompiledPolicy, subject: string): CompiledProfile | undefined {
  const name = toByteText(subject);
  const byName = policy.profiles.find((profile) => profile.name === name);
  if (byName !== undefined) return byName;
  const attached = policy.profiles.filter((profile) => !profile.name.includes('//') && isAttached(profile, name));
  return attached.toSorted((one, other) => length(other) - length(one))[0];
}

function length({ attachments, name }: CompiledProfile): number {
  return attachments?.length ?? name.length;
}

function isAttached(profile: CompiledProfile, program: ByteText): boolean {
  const { automaton, accepts } = profile.attachments ?? literalAttachments(profile.name);
  return accepts[automaton.walk(START, program)] === 1;
}

const SOURCE_BYTES_MAX = 4 * 1024 * 1024;

/** Files of a folder that may hold the profile: by the custom of their names (`usr.bin.man`) first, then those that name it. */
export async function filesThatMayHold(host: Host, folder: string, subject: string): Promise<readonly string[]> {
  const listed = await host.list(folder);
  if (listed.kind !== 'entries') return [];
  const names = listed.entries
    .filter(({ type, name }) => type !== 'directory' && !isIgnoredName(name))
    .map(({ name }) => name);
  const customary = subject.replace(/^\//, '').replaceAll('/', '.');
  const last = subject.split('/').at(-1) ?? subject;
  const mentions = await Promise.all(
    names.map(async (name) => {
      const read = await host.read(`${folder}/${name}`, { limitBytes: SOURCE_BYTES_MAX });
      return read.kind === 'content' && Buffer.from(read.bytes).includes(last);
    }),
  );
  const chosen = names.filter((name, index) => name === customary || mentions[index] === true);
  return chosen
    .toSorted((one, other) => Number(other === customary) - Number(one === customary))
    .map((name) => `${folder}/${name}`);
}
