import { type PythonVersion, pythonVersions, withoutLocal } from '../../version/python.ts';

/** One clause of `>=2,<3`. */
export interface Specifier {
  readonly operator: string;
  /** With `.*` at its end for a whole series. */
  readonly version: string;
}

const SPECIFIER = /^(===|==|~=|!=|<=|>=|<|>)\s*(\S+)$/;
const SERIES = '.*';

/**
 * The clauses of a version specifier, in the order they were written; `undefined` for a text that is none.
 *
 * https://packaging.python.org/en/latest/specifications/version-specifiers/ (PEP 440); a comma may end it (PEP 508).
 */
export function parseSpecifiers(text: string): readonly Specifier[] | undefined {
  const clauses = text.split(',').map((clause) => clause.trim());
  if (clauses.at(-1) === '') clauses.pop();
  const specifiers = clauses.map(parseSpecifier);
  return specifiers.includes(undefined) ? undefined : specifiers.filter((one) => one !== undefined);
}

/** `===` takes any text; only `==` and `!=` take a series and a local part; `~=` needs two numbers. */
function parseSpecifier(text: string): Specifier | undefined {
  const [, operator = '', version = ''] = SPECIFIER.exec(text) ?? [];
  if (operator === '') return undefined;
  if (operator === '===') return { operator, version };
  const isEquality = operator === '==' || operator === '!=';
  const isSeries = isEquality && version.endsWith(SERIES);
  const parsed = pythonVersions.parse(isSeries ? version.slice(0, -SERIES.length) : version);
  if (parsed === undefined || (parsed.local !== undefined && !isEquality)) return undefined;
  if (isSeries && !isRelease(parsed)) return undefined;
  return operator === '~=' && releaseLength(version) === 1 ? undefined : { operator, version };
}

function isRelease({ pre, post, dev, local }: PythonVersion): boolean {
  return [pre, post, dev, local].every((part) => part === undefined);
}

/** The version that such a specifier leaves as the only one: `==1.2` and `===1.2`. */
export function pinnedVersion(specifiers: readonly Specifier[]): string | undefined {
  const [only, ...more] = specifiers;
  if (only === undefined || more.length > 0) return undefined;
  if (only.operator === '===') return only.version;
  return only.operator === '==' && !only.version.endsWith(SERIES) ? only.version : undefined;
}

export function specifierText(specifiers: readonly Specifier[]): string {
  return specifiers.map(({ operator, version }) => operator + version).join(',');
}

/** Whether a version fits the clause, pre-releases too; `undefined` for what is no version. */
export function specifierHolds({ operator, version }: Specifier, candidateText: string): boolean | undefined {
  if (operator === '===') return candidateText.trim().toLowerCase() === version.toLowerCase();
  const candidate = pythonVersions.parse(candidateText);
  if (candidate === undefined) return undefined;
  if (version.endsWith(SERIES)) {
    const series = version.slice(0, -SERIES.length);
    return isInSeries(candidate, { series, length: releaseLength(series) }) === (operator === '==');
  }
  const bound = pythonVersions.parse(version);
  if (bound === undefined) return undefined;
  const visible = bound.local === undefined ? withoutLocal(candidate) : candidate;
  const order = pythonVersions.compare(visible, bound);
  switch (operator) {
    case '==':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<=':
      return order <= 0;
    case '>=':
      return order >= 0;
    case '~=':
      return order >= 0 && isInSeries(candidate, { series: version, length: releaseLength(version) - 1 });
    case '<':
      return order < 0 && !isPreReleaseOf(candidate, bound);
    default:
      return order > 0 && !isPostReleaseOf(candidate, bound);
  }
}

/** "Exclusive ordered comparison": `<2` leaves out 2rc1, and all that comes after the first that could come before 2. */
function isPreReleaseOf(candidate: PythonVersion, bound: PythonVersion): boolean {
  if (bound.pre !== undefined || bound.dev !== undefined) return false;
  return pythonVersions.compare(candidate, { ...bound, dev: 0 }) >= 0;
}

/** `>2` leaves out 2.post1. */
function isPostReleaseOf(candidate: PythonVersion, bound: PythonVersion): boolean {
  if (bound.post !== undefined || candidate.post === undefined) return false;
  const base = { ...candidate, post: undefined, dev: undefined, local: undefined };
  return pythonVersions.compare(base, bound) === 0;
}

/** "Version matching": the first `length` numbers are the same, and zeros stand where a version has fewer. */
function isInSeries(
  candidate: PythonVersion,
  { series, length }: { readonly series: string; readonly length: number },
): boolean {
  const wanted = pythonVersions.parse(series);
  if (wanted === undefined || wanted.epoch !== candidate.epoch) return false;
  for (let index = 0; index < length; index += 1) {
    if ((wanted.release[index] ?? 0) !== (candidate.release[index] ?? 0)) return false;
  }
  return true;
}

/** How many numbers are written, zeros at the end included. */
function releaseLength(version: string): number {
  const [release = ''] = /[0-9]+(?:\.[0-9]+)*/.exec(version.replace(/^[^!]*!/, '')) ?? [];
  return release.split('.').length;
}
