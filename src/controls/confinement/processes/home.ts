import type { ByteText } from '../../../core/byte-text.ts';
import type { ProcessSeen } from '../state.ts';

/** `DEVICE:INODE PATH` of each path that leads somewhere, as stat(1) prints it. */
export function parseIdentities(text: ByteText): ReadonlyMap<ByteText, string> {
  return new Map(
    text.split('\n').flatMap((line): readonly (readonly [ByteText, string])[] => {
      const [, identity, path] = /^([0-9]{1,20}:[0-9]{1,20}) (.*)$/.exec(line) ?? [];
      return identity === undefined || path === undefined ? [] : [[path, identity]];
    }),
  );
}

/**
 * Whether a process runs the program of this machine's own tree, or one of a container that has the same path there. A service with a
 * mount namespace (PrivateTmp=, ProtectSystem=) still has the machine's root; a sandbox of another root may still run the machine's file.
 */
export function homeOf(
  { pid, program = '', isDeleted }: ProcessSeen,
  identities: ReadonlyMap<ByteText, string>,
): NonNullable<ProcessSeen['home']> {
  const [machine, file] = [identities.get('/'), identities.get(program)];
  const [root, exe] = [identities.get(`/proc/${String(pid)}/root`), identities.get(`/proc/${String(pid)}/exe`)];
  if (machine === undefined || root === undefined) return 'untold';
  if (root === machine || (exe !== undefined && exe === file)) return 'here';
  // The file that it was is not at its path any more, in whichever tree.
  return isDeleted || exe === undefined || file === undefined ? 'untold' : 'elsewhere';
}
