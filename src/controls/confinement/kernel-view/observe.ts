import type { Host, RunResult } from '../../../host/host.ts';
import type { KernelView } from '../state.ts';
import { latin1 } from '../text.ts';
import { parseProfiles, PROFILES } from './parse.ts';

const ENABLED = '/sys/module/apparmor/parameters/enabled';
const FILE_SYSTEM = '/sys/kernel/security/apparmor';
const TIMEOUT_MS = 30_000;
/** Some hundreds of bytes a profile; the largest policies have some thousands of profiles. */
const LIMIT_BYTES = 8 * 1024 * 1024;

/** The profiles that the kernel holds: each is a folder of small files, which one program reads in one go. */
export async function observeKernelView(host: Host): Promise<KernelView> {
  if (!host.facts.isRunning) return { kind: 'not-running' };
  const options = { timeoutMs: TIMEOUT_MS, limitBytes: LIMIT_BYTES };
  const [enabled, fileSystem, contents, times] = await Promise.all([
    host.read(ENABLED),
    host.list(FILE_SYSTEM),
    // The raw policies beside them are behind links, which -r doesn't follow.
    host.run(['env', 'LC_ALL=C', 'grep', '-rH', '', PROFILES], options),
    host.run(['find', PROFILES, '-type', 'd', '-exec', 'stat', '-c', '%Y %n', '{}', '+'], options),
  ]);
  if (enabled.kind === 'missing') return inactive(`the kernel has no AppArmor (there is no ${ENABLED})`);
  if (enabled.kind === 'content' && !latin1(enabled.bytes).startsWith('Y'))
    return inactive(`AppArmor is switched off (${ENABLED} is ${latin1(enabled.bytes).trim()})`);
  if (fileSystem.kind === 'missing')
    return { kind: 'unreadable', reason: `${FILE_SYSTEM} isn’t there: securityfs is not mounted` };
  if (fileSystem.kind === 'unreadable') return { kind: 'unreadable', reason: fileSystem.message };
  const problem = problemOf(contents);
  if (problem !== undefined) return { kind: 'unreadable', reason: problem };
  const text = 'stdout' in contents ? latin1(contents.stdout) : '';
  return { kind: 'profiles', profiles: parseProfiles(text, 'stdout' in times ? latin1(times.stdout) : '') };
}

/** grep says 1 where it found nothing: a kernel without a profile. */
const NOTHING_FOUND = 1;

function problemOf(result: RunResult): string | undefined {
  if (result.kind !== 'exited') return `the profiles that the kernel holds could not be read: ${result.message}`;
  if (result.code <= NOTHING_FOUND) return undefined;
  const said = latin1(result.stderr).split('\n')[0] ?? '';
  return `the profiles that the kernel holds could not be read${said === '' ? '' : `: ${said}`}`;
}

function inactive(reason: string): KernelView {
  return { kind: 'inactive', reason };
}
