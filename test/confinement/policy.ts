/** Profiles for tests, without their text being parsed: what a rule is stands in its words. */
import { FILE_PERMISSIONS, type FilePermission } from '../../src/apparmor/access.ts';
import type {
  ExecTransition,
  FileRule,
  PatternText,
  Profile,
  Qualifiers,
  Rule,
  RulePlace,
} from '../../src/apparmor/language/syntax.ts';

let line = 0;

export function placed(path = '/etc/apparmor.d/test'): RulePlace {
  line += 1;
  return { path, line, endLine: line, includedFrom: [] };
}

export function patternText(...expanded: readonly string[]): PatternText {
  return { written: expanded[0] ?? '', expanded };
}

const EXECUTIONS: Readonly<Record<string, ExecTransition>> = {
  ix: { to: 'inherit', isUnsafe: false },
  px: { to: 'profile', isUnsafe: true },
  Px: { to: 'profile', isUnsafe: false },
  cx: { to: 'child', isUnsafe: true },
  Cx: { to: 'child', isUnsafe: false },
  ux: { to: 'unconfined', isUnsafe: true },
  Ux: { to: 'unconfined', isUnsafe: false },
  pix: { to: 'profile', fallback: 'inherit', isUnsafe: true },
  Pix: { to: 'profile', fallback: 'inherit', isUnsafe: false },
  PUx: { to: 'profile', fallback: 'unconfined', isUnsafe: false },
  Cux: { to: 'child', fallback: 'unconfined', isUnsafe: false },
};

const UNQUALIFIED: Qualifiers = { isAudited: false, effect: 'allow', priority: 0 };

type FileExtras = Partial<Omit<FileRule, 'kind'>>;

/** `fileRule('owner /home/** rw')`, `fileRule('deny /bin/* x')`, `fileRule('/bin/sh Pix')`. */
export function fileRule(text: string, extras: FileExtras = {}): FileRule {
  const words = text.split(' ');
  const mode = words.at(-1) ?? '';
  const path = words.at(-2) ?? '';
  const execution = /[pPcCuU]?[iuU]?x$/.exec(mode)?.[0];
  const exec = execution === undefined ? undefined : EXECUTIONS[execution];
  const letters = execution === undefined ? mode : mode.slice(0, -execution.length) + 'x';
  const permissions: readonly FilePermission[] = FILE_PERMISSIONS.filter((one) => letters.includes(one));
  const owner = words.includes('owner') ? 'owner' : words.includes('other') ? 'other' : 'any';
  const effect = words.includes('deny') ? 'deny' : 'allow';
  return {
    kind: 'file',
    ...UNQUALIFIED,
    effect,
    place: placed(),
    text,
    path: patternText(path),
    owner,
    permissions,
    ...(exec !== undefined && { exec }),
    ...extras,
  };
}

/** Any other rule, by its own fields. */
export function ruleBase(text: string): Qualifiers & { readonly place: RulePlace; readonly text: string } {
  return { ...UNQUALIFIED, place: placed(), text };
}

type ProfileExtras = Partial<Omit<Profile, 'rules'>>;

export function profileOf(rules: readonly Rule[], extras: ProfileExtras = {}): Profile {
  return {
    kind: 'profile',
    name: '/usr/bin/test',
    attachment: patternText('/usr/bin/test'),
    flags: [],
    xattrs: {},
    place: placed(),
    rules,
    includes: [],
    children: [],
    ...extras,
  };
}
