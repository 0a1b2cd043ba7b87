import type { Change } from '../../../core/change.ts';
import type { Remedy } from '../../../core/finding.ts';
import { isSameParameter } from '../boot-parameters.ts';
import type { KernelPolicy } from '../policy.ts';
import { type GrubDefaults, parseGrubDefaults } from './grub-defaults.ts';
import type { NextCommandLine } from './next-command-line.ts';
import type { TextFile } from './state.ts';
import { isMet, type WishedParameter } from './wish.ts';

const HEADER = [
  '# Boot parameters kept by Freehold; update-grub puts them into grub.cfg.',
  '# Change the blueprint rather than this file; `freehold rollback` takes back what the last run wrote.',
] as const;

/** Debian's update-grub knows drop-in files; elsewhere grub.cfg is made by other means. */
const DEBIAN_GRUB_CONFIG = '/boot/grub/grub.cfg';

export interface BootRemedyInput {
  readonly wished: WishedParameter;
  readonly next: Extract<NextCommandLine, { kind: 'known' }>;
  readonly policy: KernelPolicy;
  readonly defaults: readonly TextFile[];
  /** Whether there is a machine to reboot. */
  readonly isRunning: boolean;
}

/** How the next boot gets, or gets rid of, a parameter. */
export function bootRemedy({ wished, next, policy, defaults, isRunning }: BootRemedyInput): Remedy {
  const { name, wish, kind } = wished;
  const text = wish.value === true ? name : `${name}=${wish.value}`;
  const place = `${next.path}:${String(next.line)}`;
  const reboot = isRunning ? ', then reboot' : '';
  if (next.loader === 'systemd-boot') {
    const verb = kind === 'required' ? 'Add' : 'Remove';
    return manual(
      `${verb} ${text} in ${place} (and in /etc/kernel/cmdline, from which new kernels take theirs)${reboot}.`,
    );
  }
  const grub = parseGrubDefaults(defaults);
  if (next.path !== DEBIAN_GRUB_CONFIG) {
    return manual(
      `${kind === 'required' ? 'Add' : 'Remove'} ${text} with grubby or in /etc/default/grub${reboot} (${isRunning ? 'now' : 'in the image'}: ${place}).`,
    );
  }
  if (grub.kind === 'unknown')
    return manual(`Freehold doesn't change what it can't read with certainty: ${grub.reason}.`);
  // Somebody has set it already and forgotten update-grub.
  if (isMet(wished, grub.parameters)) return { kind: 'changes', changes: [updateGrub()] };
  if (kind === 'forbidden') return manual(`${removal(wished, grub, place)}${reboot}.`);
  return { kind: 'changes', changes: [addParameter(text, name, { file: policy.boot.file, defaults }), updateGrub()] };
}

function manual(instruction: string): Remedy {
  return { kind: 'manual', instruction };
}

function removal({ name }: WishedParameter, grub: Extract<GrubDefaults, { kind: 'known' }>, place: string): string {
  const origin = grub.parameters.findLast((parameter) => isSameParameter(parameter.name, name));
  if (origin === undefined)
    return `Find out what puts ${name} into ${place} (it doesn't come from /etc/default/grub), and remove it there`;
  return `Remove ${name} from ${origin.path}:${String(origin.line)}, and run update-grub`;
}

/** The value was checked by the blueprint's schema: nothing in it means anything to a shell. */
function addParameter(
  text: string,
  name: string,
  { file, defaults }: { readonly file: string; readonly defaults: readonly TextFile[] },
): Change {
  const content = defaults.find(({ path }) => path === file)?.content;
  const lines = content?.kind === 'text' ? content.text.split('\n') : [];
  return {
    kind: 'lines',
    path: file,
    remove: lines.filter((line) => line === assignment(name) || line.startsWith(`${ASSIGNMENT_START}${name}=`)),
    add: [assignment(text)],
    header: HEADER,
    created: { mode: 0o644, owner: 'root', group: 'root' },
  };
}

const ASSIGNMENT_START = 'GRUB_CMDLINE_LINUX="$GRUB_CMDLINE_LINUX ';

function assignment(parameter: string): string {
  return `${ASSIGNMENT_START}${parameter}"`;
}

function updateGrub(): Change {
  return {
    kind: 'command',
    title: 'make grub.cfg anew with update-grub',
    run: ['update-grub'],
    undo: null,
    touches: [DEBIAN_GRUB_CONFIG],
  };
}
