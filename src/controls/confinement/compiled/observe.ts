import type { Host } from '../../../host/host.ts';
import type { CompiledFile } from '../state.ts';
import { latin1 } from '../text.ts';
import { profilesIn } from './profiles-in.ts';

const TIMEOUT_MS = 120_000;
/** A profile of LibreOffice's size has some 2 MB. */
const LIMIT_BYTES = 64 * 1024 * 1024;

/**
 * Has the machine's own apparmor_parser compile a file, without loading it and without the cache: with the features of its kernel, its
 * settings and its links below force-complain/, as at boot.
 */
export async function observeCompiled(host: Host, path: string): Promise<CompiledFile> {
  const argv = ['apparmor_parser', '--skip-kernel-load', '--skip-cache', '--stdout', '--', path] as const;
  const result = await host.run(argv, { timeoutMs: TIMEOUT_MS, limitBytes: LIMIT_BYTES });
  if (result.kind !== 'exited')
    return { kind: 'failed', reason: `${path} could not be compiled (apparmor_parser): ${result.message}` };
  if (result.code !== 0) {
    const said =
      latin1(result.stderr)
        .split('\n')
        .find((line) => line.trim() !== '') ?? 'it said nothing';
    return { kind: 'failed', reason: `apparmor_parser refuses ${path}: ${said}` };
  }
  const profiles = profilesIn(result.stdout);
  return profiles === undefined
    ? { kind: 'failed', reason: `what apparmor_parser made of ${path} is no policy that is known here` }
    : { kind: 'compiled', profiles };
}
