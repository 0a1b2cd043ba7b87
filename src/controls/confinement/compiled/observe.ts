import { POLICY_BYTES_MAX } from '../../../apparmor/compiled/decode.ts';
import type { Host } from '../../../host/host.ts';
import type { CompiledFile } from '../state.ts';
import { latin1 } from '../text.ts';
import { COMPILE, runParser } from '../parser/observe.ts';
import { profilesIn } from './profiles-in.ts';

export type CompiledBytes =
  { readonly kind: 'failed'; readonly reason: string } | { readonly kind: 'bytes'; readonly bytes: Uint8Array };

/** Compiles each file once, however many ask for it. */
export type Compile = (path: string) => Promise<CompiledBytes>;

export function compileOnce(host: Host): Compile {
  const made = new Map<string, Promise<CompiledBytes>>();
  return (path) => {
    const bytes = made.get(path) ?? compile(host, path);
    made.set(path, bytes);
    return bytes;
  };
}

/**
 * Has the machine's own apparmor_parser compile a file, without loading it and without the cache: with the features of its kernel, its
 * settings and its links below force-complain/, as at boot.
 */
async function compile(host: Host, path: string): Promise<CompiledBytes> {
  const { result } = await runParser(host, [...COMPILE, '--', path], { limitBytes: POLICY_BYTES_MAX });
  if (result.kind !== 'exited')
    return { kind: 'failed', reason: `${path} could not be compiled (apparmor_parser): ${result.message}` };
  if (result.code !== 0) {
    const said =
      latin1(result.stderr)
        .split('\n')
        .find((line) => line.trim() !== '') ?? 'it said nothing';
    return { kind: 'failed', reason: `apparmor_parser refuses ${path}: ${said}` };
  }
  return { kind: 'bytes', bytes: result.stdout };
}

/** What the kernel would show of a file's profiles. */
export async function observeCompiled(compiler: Compile, path: string): Promise<CompiledFile> {
  const compiled = await compiler(path);
  if (compiled.kind === 'failed') return compiled;
  const profiles = profilesIn(compiled.bytes);
  return profiles === undefined
    ? { kind: 'failed', reason: `what apparmor_parser made of ${path} is no policy that is known here` }
    : { kind: 'compiled', profiles };
}
