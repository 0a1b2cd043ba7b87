import { plural } from '../../../core/describe.ts';
import type { Finding } from '../../../core/finding.ts';
import type { Json } from '../../../core/json.ts';
import { DPKG_REFERENCES } from '../dpkg/references.ts';
import { matchesAny } from '../../../core/path-pattern.ts';
import type { PackagesPolicy } from './policy.ts';
import type { ComparedPackage, Deviation, PackagesState } from './state.ts';

/** So many are named; a package whose folder somebody removed has thousands. */
const NAMED_MAX = 200;
/** In a sentence. */
const SAID_MAX = 3;
const WHY =
  'Whoever changes a program that others run acts in their name. The digests lie on the same disk: they show what went wrong or was changed carelessly; whoever is root can rewrite them as well. They are MD5, which nobody can meet with other bytes after the fact; only whoever made the package could have prepared two files with one digest.';

/** One finding for each package that isn't as it was shipped, and one for all others together. */
export function judgePackages(state: PackagesState, policy: PackagesPolicy): readonly Finding[] {
  if (state.kind === 'none') return [notCompared(state.outcome, state.reason)];
  const judged = state.packages.map((one) => withoutAllowed(one, policy));
  const failing = judged.filter(({ deviations }) => deviations.length > 0);
  const unclear = judged.filter((one) => one.deviations.length === 0 && !isClear(one));
  const clean = judged.filter((one) => one.deviations.length === 0 && isClear(one));
  return [
    ...state.problems.map(unseen),
    ...failing.map(deviatingPackage),
    ...unclear.filter(({ hasNoList }) => !hasNoList).map(unclearPackage),
    ...withoutLists(unclear.filter(({ hasNoList }) => hasNoList)),
    ...cleanPackages(clean),
    ...conffiles(judged, policy),
  ];
}

interface JudgedPackage extends ComparedPackage {
  readonly allowedCount: number;
}

function withoutAllowed(one: ComparedPackage, { allowed }: PackagesPolicy): JudgedPackage {
  const isAllowed = matchesAny(allowed);
  const deviations = one.deviations.filter(({ path }) => !isAllowed(path));
  const undigested = one.undigested.filter((path) => !isAllowed(path));
  const allowedCount = one.deviations.length + one.undigested.length - deviations.length - undigested.length;
  return { ...one, deviations, undigested, allowedCount };
}

function isClear({ undigested, problems }: ComparedPackage): boolean {
  return undigested.length === 0 && problems.length === 0;
}

function deviatingPackage(one: JudgedPackage): Finding {
  const { label, version, deviations, problems, undigested } = one;
  const [first] = deviations;
  const also = [...(undigested.length > 0 ? [undigestedText(undigested)] : []), ...problems.slice(0, SAID_MAX)];
  return {
    ...packageFinding(one),
    outcome: 'fail',
    severity: deviations.some(({ kind }) => kind === 'changed' || kind === 'replaced') ? 'high' : 'medium',
    summary: [summaryOf(deviations), ...also].join('; '),
    observed: {
      version,
      files: namedDeviations(deviations),
      count: deviations.length,
      unclear: problems.slice(0, NAMED_MAX),
    },
    ...(first !== undefined && { where: { path: first.path } }),
    remedy: {
      kind: 'manual',
      instruction: `Find out who changed this: compare with the package before anything is lost. Then: apt-get install --reinstall ${label}`,
    },
  };
}

function unclearPackage(one: JudgedPackage): Finding {
  const { undigested, problems, version } = one;
  const reasons = [...(undigested.length > 0 ? [undigestedText(undigested)] : []), ...problems.slice(0, SAID_MAX)];
  const rest = problems.length > SAID_MAX ? ` and ${String(problems.length - SAID_MAX)} more` : '';
  const reason = `${reasons.join('; ')}${rest}`;
  return {
    ...packageFinding(one),
    outcome: 'unknown',
    severity: 'medium',
    summary: `not everything could be compared: ${reason}`,
    observed: { version, undigested: undigested.slice(0, NAMED_MAX), unclear: problems.slice(0, NAMED_MAX) },
    reason,
  };
}

function packageFinding({ label }: ComparedPackage): Pick<Finding, 'id' | 'title' | 'why' | 'expected' | 'references'> {
  return {
    id: `integrity/package/${label}`,
    title: `Files of ${label}`,
    why: WHY,
    expected: 'every file as it was shipped',
    references: DPKG_REFERENCES,
  };
}

/** Packages that brought no digests: nothing that could be compared. */
function withoutLists(packages: readonly JudgedPackage[]): readonly Finding[] {
  if (packages.length === 0) return [];
  const labels = packages.map(({ label }) => label);
  const reason = `${plural(labels.length, 'package')} brought no list of digests: ${said(labels)}`;
  return [
    {
      id: 'integrity/packages/without-digests',
      outcome: 'unknown',
      severity: 'medium',
      title: 'Packages without digests',
      summary: reason,
      why: 'What has no digest can be changed by anybody who may write there without anyone noticing.',
      expected: 'a list of digests for every package with files',
      observed: { packages: labels },
      reason,
      references: DPKG_REFERENCES,
      remedy: {
        kind: 'manual',
        instruction: `Hold them against their packages from a repository you trust: apt-get download ${labels[0] ?? ''}`,
      },
    },
  ];
}

function cleanPackages(packages: readonly JudgedPackage[]): readonly Finding[] {
  if (packages.length === 0) return [];
  const sum = (of: (one: JudgedPackage) => number): number => packages.reduce((total, one) => total + of(one), 0);
  const [files, excluded, allowed] = [
    sum(({ fileCount }) => fileCount),
    sum(({ excludedCount }) => excludedCount),
    sum(({ allowedCount }) => allowedCount),
  ];
  const asides = [
    ...(excluded > 0 ? [`${plural(excluded, 'path')} left out by path-exclude of dpkg's configuration`] : []),
    ...(allowed > 0
      ? [`${plural(allowed, 'file')} ${allowed === 1 ? 'differs' : 'differ'} as the blueprint allows`]
      : []),
  ];
  return [
    {
      id: 'integrity/packages',
      outcome: 'pass',
      severity: 'high',
      title: 'Files of packages',
      summary: [
        `${plural(files, 'file')} of ${plural(packages.length, 'package')} ${files === 1 ? 'is' : 'are'} as shipped`,
        ...asides,
      ].join('; '),
      why: WHY,
      expected: 'every file as it was shipped',
      observed: { packages: packages.length, files, excluded, allowed },
      references: DPKG_REFERENCES,
    },
  ];
}

/** Configuration files are there to be changed: one finding for all, which fails only where the blueprint asks for it. */
function conffiles(packages: readonly JudgedPackage[], policy: PackagesPolicy): readonly Finding[] {
  const isAllowed = matchesAny(policy.allowed);
  const count = packages.reduce((total, { conffileCount }) => total + conffileCount, 0);
  if (count === 0) return [];
  const changed = packages.flatMap((one) => one.conffiles.filter(({ path }) => !isAllowed(path)));
  const isFailing = changed.length > 0 && policy.conffiles === 'as-shipped';
  const [first] = changed;
  return [
    {
      id: 'integrity/conffiles',
      outcome: isFailing ? 'fail' : 'pass',
      severity: isFailing ? 'low' : 'info',
      title: 'Configuration files of packages',
      summary:
        changed.length === 0
          ? `${plural(count, 'configuration file')} ${count === 1 ? 'is' : 'are'} as shipped`
          : `of ${plural(count, 'configuration file')}: ${summaryOf(changed)}`,
      why: 'Configuration files are there to be changed; which ones differ from what was shipped says where to look.',
      expected: policy.conffiles === 'as-shipped' ? 'every configuration file as it was shipped' : null,
      observed: { count, differ: namedDeviations(changed) },
      ...(isFailing && first !== undefined && { where: { path: first.path } }),
      references: DPKG_REFERENCES,
      ...(isFailing && {
        remedy: {
          kind: 'manual',
          instruction: `Allow what is meant to differ (integrity.packages.allowed), and bring the others back: apt-get install --reinstall -o Dpkg::Options::=--force-confask,confnew PACKAGE`,
        } as const,
      }),
    },
  ];
}

function unseen(reason: string): Finding {
  return { ...notCompared('unknown', reason), id: 'integrity/packages/database' };
}

function notCompared(outcome: 'unknown' | 'not-applicable', reason: string): Finding {
  return {
    id: 'integrity/packages',
    outcome,
    severity: 'medium',
    title: 'Files of packages',
    summary: reason,
    why: WHY,
    expected: 'every file as it was shipped',
    observed: null,
    reason,
    references: DPKG_REFERENCES,
  };
}

const VERBS: Readonly<Record<Deviation['kind'], string>> = {
  changed: 'changed',
  replaced: 'no longer a file',
  linked: 'a symbolic link now',
  missing: 'missing',
};

/** `2 files changed (/usr/bin/a, /usr/bin/b), 1 file missing (/usr/bin/c)` */
function summaryOf(deviations: readonly Deviation[]): string {
  return (['changed', 'replaced', 'linked', 'missing'] as const)
    .flatMap((kind) => {
      const paths = deviations.filter((one) => one.kind === kind).map(({ path }) => path);
      return paths.length === 0 ? [] : [`${plural(paths.length, 'path')} ${VERBS[kind]} (${said(paths)})`];
    })
    .join(', ');
}

function undigestedText(paths: readonly string[]): string {
  return `${plural(paths.length, 'file')} without a digest (${said(paths)})`;
}

function said(names: readonly string[]): string {
  const rest = names.length > SAID_MAX ? ` and ${String(names.length - SAID_MAX)} more` : '';
  return `${names.slice(0, SAID_MAX).join(', ')}${rest}`;
}

function namedDeviations(deviations: readonly Deviation[]): Json {
  return deviations.slice(0, NAMED_MAX).map((one): Json => ({ ...one }));
}
