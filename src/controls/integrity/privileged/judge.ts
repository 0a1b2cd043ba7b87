import { plural } from '../../../core/describe.ts';
import type { Finding, Remedy } from '../../../core/finding.ts';
import type { Severity } from '../../../core/severity.ts';
import { shown, toByteText, toText } from '../../../core/byte-text.ts';
import { matchesPath, parseGlob } from '../../../core/path-pattern.ts';
import { renderFileCapabilities, ROOT_EQUIVALENT } from './capabilities.ts';
import type { Allowed, PrivilegedPolicy } from './policy.ts';
import type { PrivilegedFile, PrivilegedState } from './state.ts';

const SETUID = 0o4000;
const SETGID = 0o2000;
const WRITABLE_BY_GROUP = 0o020;
const WRITABLE_BY_OTHERS = 0o002;
const ROOT = 0;
const WHY =
  'A fault in such a program, or a program that nobody knows of, makes everybody on the machine the owner of the file.';
const REFERENCES: Finding['references'] = [{ source: 'NIST SP 800-53', item: 'AC-6', version: 'Rev. 5' }];

/** One finding for each file that has rights nobody allowed, one for all of the others, one for what could not be looked at. */
export function judgePrivileged(state: PrivilegedState, policy: PrivilegedPolicy): Finding[] {
  if (state.kind === 'failed') return [unseen([state.reason])];
  const judged = state.files.map((file) => ({ file, excess: excessOf(file, policy.allowed) }));
  const unexpected = judged.filter(({ excess }) => excess.phrases.length > 0);
  return [
    ...unexpected.map(({ file, excess }) => judgeFile(file, excess, policy)),
    ...(unexpected.length === 0 && state.problems.length === 0 ? [clean(state.files, state.passedOver)] : []),
    ...(state.problems.length > 0 ? [unseen(state.problems)] : []),
  ];
}

/** What a file may do that no entry allows. */
interface Excess {
  /** One for each right. */
  readonly phrases: readonly string[];
  /** Those of setuid and setgid that are to go. */
  readonly bits: number;
  readonly hasCapabilities: boolean;
}

function excessOf(file: PrivilegedFile, allowed: readonly Allowed[]): Excess {
  const entries = allowed.filter(({ path }) => matchesPath(parseGlob(toByteText(path)), file.path));
  const phrases: string[] = [];
  let bits = 0;
  if ((file.mode & SETUID) !== 0 && !entries.some(({ owner }) => owner === file.owner)) {
    phrases.push(`setuid ${file.owner}`);
    bits |= SETUID;
  }
  if ((file.mode & SETGID) !== 0 && !entries.some(({ group }) => group === file.group)) {
    phrases.push(`setgid ${file.group}`);
    bits |= SETGID;
  }
  if ((file.mode & (SETUID | SETGID)) !== 0 && (file.mode & WRITABLE_BY_OTHERS) !== 0) {
    phrases.push('writable by everybody');
    bits = file.mode & (SETUID | SETGID);
  }
  const capabilities = capabilityExcess(file, entries);
  return { phrases: [...phrases, ...capabilities], bits, hasCapabilities: capabilities.length > 0 };
}

function capabilityExcess({ capabilities }: PrivilegedFile, entries: readonly Allowed[]): readonly string[] {
  if (capabilities === undefined) return [];
  if (capabilities === 'unclear') return ['capabilities that can’t be read'];
  const may = new Set<string>(entries.flatMap((entry) => entry.capabilities ?? []));
  const { permitted, inheritable } = capabilities;
  const more = [...new Set([...permitted, ...inheritable])].filter((name) => !may.has(name));
  return more.length === 0 ? [] : [`capabilities ${more.sort().join(', ')}`];
}

function judgeFile(file: PrivilegedFile, excess: Excess, policy: PrivilegedPolicy): Finding {
  const name = shown(file.path);
  const without = file.isOnNosuid ? '; without effect, as its file system is mounted nosuid' : '';
  return {
    id: `integrity/privileged/file${name}`,
    outcome: 'fail',
    severity: file.isOnNosuid ? 'low' : severityOf(file),
    title: name,
    summary: `has rights that nobody allowed: ${excess.phrases.join('; ')}${without}`,
    why: WHY,
    mayBreak: 'What a program needs its rights for doesn’t work without them.',
    expected: 'no rights but those in integrity.privileged.allowed',
    observed: {
      mode: file.mode.toString(8).padStart(4, '0'),
      owner: file.owner,
      group: file.group,
      capabilities: capabilitiesOf(file) ?? null,
    },
    where: { path: name },
    references: REFERENCES,
    remedy: remedyOf(file, excess, policy),
  };
}

function severityOf({ mode, uid, gid, capabilities }: PrivilegedFile): Severity {
  const isSetuid = (mode & SETUID) !== 0;
  const isPrivileged = (mode & (SETUID | SETGID)) !== 0;
  if (isPrivileged && (mode & WRITABLE_BY_OTHERS) !== 0) return 'critical';
  if (isSetuid && uid === ROOT && (mode & WRITABLE_BY_GROUP) !== 0 && gid !== ROOT) return 'critical';
  if (isSetuid && uid === ROOT) return 'high';
  if (capabilities === 'unclear') return 'high';
  const names = capabilities === undefined ? [] : [...capabilities.permitted, ...capabilities.inheritable];
  return names.some((name) => ROOT_EQUIVALENT.has(name)) ? 'high' : 'medium';
}

/**
 * What takes the rights away, and gives them back: chmod(1) and setcap(8) each undo themselves. Both follow links: where others
 * than root can put something else in the file's place, giving back would make them root.
 */
function remedyOf(file: PrivilegedFile, { bits, hasCapabilities }: Excess, { strip }: PrivilegedPolicy): Remedy {
  const name = shown(file.path);
  const text = toText(file.path);
  const capabilities = capabilitiesOf(file);
  const isUnclear =
    file.capabilities === 'unclear' ||
    (typeof file.capabilities === 'object' && file.capabilities.rootId !== undefined);
  if (!strip || text === undefined || isUnclear || !file.isPlaceOfRoot) {
    const whose =
      strip && !file.isPlaceOfRoot ? ' Others than root can exchange it: look where a link leads first.' : '';
    const instruction = `Find out what ${name} is for. Take its rights away (chmod u-s,g-s; setcap -r; on Debian dpkg-statoverride, so that it stays so), or allow them in integrity.privileged.allowed.${whose}`;
    return { kind: 'manual', instruction };
  }
  const taken = [...((bits & SETUID) === 0 ? [] : ['u-s']), ...((bits & SETGID) === 0 ? [] : ['g-s'])];
  return {
    kind: 'changes',
    changes: [
      ...(taken.length > 0
        ? [
            {
              kind: 'command' as const,
              title: `take ${bits === SETUID ? 'setuid' : bits === SETGID ? 'setgid' : 'setuid and setgid'} from ${name}`,
              run: ['chmod', taken.join(','), text] as const,
              undo: ['chmod', file.mode.toString(8).padStart(4, '0'), text] as const,
              touches: [],
            },
          ]
        : []),
      ...(hasCapabilities && capabilities !== undefined
        ? [
            {
              kind: 'command' as const,
              title: `take the capabilities from ${name}`,
              run: ['setcap', '-r', text] as const,
              undo: ['setcap', capabilities, text] as const,
              touches: [],
            },
          ]
        : []),
    ],
  };
}

function capabilitiesOf({ capabilities }: PrivilegedFile): string | undefined {
  return typeof capabilities === 'object' ? renderFileCapabilities(capabilities) : capabilities;
}

function clean(files: readonly PrivilegedFile[], passedOver: readonly string[]): Finding {
  const others = passedOver.length === 0 ? '' : `; passed over, as their files are another's: ${passedOver.join(', ')}`;
  return {
    ...whole(),
    outcome: 'pass',
    summary: `${plural(files.length, 'file')} with rights of their own, all allowed${others}`,
    observed: files.map(({ path }) => shown(path)),
  };
}

function unseen(problems: readonly string[]): Finding {
  const reason = problems.join('; ');
  return {
    ...whole(),
    id: 'integrity/privileged/unseen',
    outcome: 'unknown',
    summary: `not everything could be looked at: ${reason}`,
    observed: null,
    reason,
  };
}

function whole(): Pick<Finding, 'id' | 'severity' | 'title' | 'why' | 'expected' | 'references'> {
  return {
    id: 'integrity/privileged',
    severity: 'medium',
    title: 'Files that run with the rights of their owner',
    why: WHY,
    expected: 'no rights but those in integrity.privileged.allowed',
    references: REFERENCES,
  };
}
