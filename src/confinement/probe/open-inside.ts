import { PROBE_COMM } from '../../apparmor/log/probe-mark.ts';
import type { Host } from '../../host/host.ts';

/** What became of opening a file from inside a profile. */
export type OpenedInside =
  | {
      readonly kind: 'tried';
      readonly pid: number;
      /** The mode behind the label of that very process. */
      readonly mode: string;
      /** `killed`: the profile ends who does what it doesn't allow. */
      readonly end: 'opened' | 'refused' | 'killed';
    }
  | { readonly kind: 'not-tried'; readonly reason: string };

const TIMEOUT_MS = 60_000;
/** 128 and SIGKILL, as sh(1) has it. */
const KILLED = '137';

/**
 * A child of the shell enters the profile and opens the file, and runs no other program: only builtins, so that nothing of the profile
 * decides but about that file. Its output is a pipe of the shell outside, and all else that it uses was opened outside too: the kernel
 * doesn't ask a profile about files that an unconfined process opened (aa_file_perm() of security/apparmor/file.c), but would about
 * the socket that may be the standard output of the shell itself. Changing the profile acts at once, without execution
 * (aa_change_profile() of domain.c; the command is parsed by do_setattr() of lsm.c). First the file is opened from outside, to know that
 * it can be. Not a byte is read of it.
 */
const SCRIPT = `
said=$(
  exec 2>&1
  case $(command -v printf)$(command -v true) in
    */*) printf 'the shell has no printf or true of its own\\n'; exit ;;
  esac
  read -r pid rest </proc/self/stat
  attribute=/proc/self/attr/apparmor/current
  if [ ! -e "$attribute" ]; then attribute=/proc/self/attr/current; fi
  exec 3<"$attribute" 4>"$attribute" || exit
  printf %s ${PROBE_COMM} >/proc/self/comm || exit
  printf '@pid %s\\n' "$pid"
  true <"$2" || exit
  printf 'changeprofile %s' "$1" >&4 || { printf '@outside\\n'; exit; }
  IFS= read -r label <&3
  printf '@label %s\\n' "$label"
  if true <"$2"; then printf '@opened\\n'; else printf '@refused\\n'; fi
)
printf '%s\\n@end %s\\n' "$said" "$?"
`;

/** Opens a file for reading from inside a profile, as root. */
export async function openInside(
  host: Host,
  { label, path }: { readonly label: string; readonly path: string },
): Promise<OpenedInside> {
  // What the shell says of an error is read.
  const argv = ['env', 'LC_ALL=C', 'sh', '-c', SCRIPT, 'sh', label, path] as const;
  const result = await host.run(argv, { timeoutMs: TIMEOUT_MS });
  if (result.kind !== 'exited') return notTried(result.message);
  const output = Buffer.from(result.stdout).toString();
  if (output !== '') return readOutput(output, label);
  const [problem = ''] = Buffer.from(result.stderr).toString().split('\n');
  return notTried(problem);
}

/** What the script printed. */
export function readOutput(output: string, label: string): OpenedInside {
  const lines = output.split('\n').filter((line) => line !== '');
  const after = (word: string): string | undefined =>
    lines.find((line) => line.startsWith(`@${word} `))?.slice(word.length + 2);
  const [complaint] = lines.filter((line) => !line.startsWith('@')).slice(-1);
  const [pid, said, end] = ['pid', 'label', 'end'].map(after);
  if (said === undefined) {
    const why = complaint ?? 'the shell said nothing';
    return notTried(lines.includes('@outside') ? `the kernel didn’t let the process into it (${why})` : why);
  }
  const [, mode] = / \(([a-z]+)\)$/.exec(said) ?? [];
  if (mode === undefined || said !== `${label} (${mode})`) return notTried(`the process was in ${said}`);
  const tried = { kind: 'tried', pid: Number(pid), mode } as const;
  if (lines.includes('@opened')) return { ...tried, end: 'opened' };
  if (end === KILLED) return { ...tried, end: 'killed' };
  if (lines.includes('@refused') && complaint?.endsWith('Permission denied') === true)
    return { ...tried, end: 'refused' };
  return notTried(complaint ?? 'the shell said nothing');
}

function notTried(reason: string): OpenedInside {
  return { kind: 'not-tried', reason };
}
