import type { ByteText } from '../../../core/byte-text.ts';
import type { WishedMode } from '../policy.ts';
import { headersOf, type ProfileHeader } from './headers.ts';

/** Flags that say how a profile is enforced; at most one may stand (`profile mode` of apparmor.d(5)). */
const MODE_FLAGS: ReadonlySet<string> = new Set([
  'enforce',
  'complain',
  'kill',
  'default_allow',
  'unconfined',
  'prompt',
]);

/** The mode that a profile's own flags give it: `enforce` where none does. */
export function modeOfFlags(flags: readonly string[]): string {
  return flags.findLast((flag) => MODE_FLAGS.has(flag)) ?? 'enforce';
}

/** Puts profiles of a file into a mode by their flags, and leaves every other byte as it is. */
export function withModes(text: ByteText, modes: ReadonlyMap<ByteText, WishedMode>): ByteText {
  // From the last to the first, so that places before an edit keep their meaning.
  return headersOf(text)
    .toReversed()
    .reduce((edited, header) => {
      const mode = modes.get(header.label);
      return mode === undefined || modeOfFlags(header.flags) === mode ? edited : withMode(edited, header, mode);
    }, text);
}

function withMode(text: ByteText, header: ProfileHeader, mode: WishedMode): ByteText {
  const kept = header.flags.filter((flag) => !MODE_FLAGS.has(flag));
  const flags = mode === 'complain' ? ['complain', ...kept] : kept;
  if (header.flagsAt === undefined) {
    const [before, after] = [text.slice(0, header.opensAt), text.slice(header.opensAt)];
    return `${before}${/\s$/.test(before) ? '' : ' '}flags=(${flags.join(', ')}) ${after}`;
  }
  const before = text.slice(0, header.flagsAt.start);
  const after = text.slice(header.flagsAt.end);
  // A blank behind a backslash is a part of the name.
  if (flags.length === 0) return `${before.replace(/(?<!\\)[ \t]+$/, '')}${after.startsWith('{') ? ' ' : ''}${after}`;
  return `${before}flags=(${flags.join(separatorOf(text.slice(header.flagsAt.start, header.flagsAt.end)))})${after}`;
}

/** As it was written there. */
function separatorOf(written: ByteText): string {
  return /,\s/.test(written) || !written.includes(',') ? ', ' : ',';
}
