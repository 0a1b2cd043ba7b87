import { normalizedName } from './name.ts';
import { type Scanner, startScanner } from './scanner.ts';
import { parseSpecifiers, specifierHolds } from './specifier.ts';

/** What a marker asks about, by the names of the specification; a list for `extras` and `dependency_groups`. */
export type MarkerEnvironment = Readonly<Record<string, string | readonly string[]>>;

type Marker =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Marker[] }
  | { readonly kind: 'comparison'; readonly left: Operand; readonly operator: string; readonly right: Operand };

interface Operand {
  readonly kind: 'variable' | 'constant';
  readonly text: string;
}

const DEPTH_LIMIT = 100;
/** uv writes a comparison for every extra and group that exclude each other. */
const TEXT_LIMIT_CHARACTERS = 100_000;
/** "Complete Grammar": "env_var". */
const VARIABLES: ReadonlySet<string> = new Set([
  'python_version',
  'python_full_version',
  'os_name',
  'sys_platform',
  'platform_release',
  'platform_system',
  'platform_version',
  'platform_machine',
  'platform_python_implementation',
  'implementation_name',
  'implementation_version',
  'extra',
  'extras',
  'dependency_groups',
]);
/** Spellings of PEP 345 and setuptools that `packaging` still reads. */
const OLD_VARIABLES: ReadonlyMap<string, string> = new Map([
  ['os.name', 'os_name'],
  ['sys.platform', 'sys_platform'],
  ['platform.version', 'platform_version'],
  ['platform.machine', 'platform_machine'],
  ['platform.python_implementation', 'platform_python_implementation'],
  ['python_implementation', 'platform_python_implementation'],
]);
const WORD = /[a-z_.]+\b/y;
const CONSTANT = /'[^']*'|"[^"]*"/y;
const OPERATOR = /===|==|~=|!=|<=|>=|<|>|\bin\b|\bnot[ \t]+in\b/y;
/** "Defined environment marker fields", those of the types Version and Version | String. */
const VERSION_VARIABLES: ReadonlySet<string> = new Set([
  'python_version',
  'python_full_version',
  'implementation_version',
  'platform_release',
  'platform_version',
]);

/** Whether a text is a marker: what stands behind the semicolon of a requirement. */
export function isMarker(text: string): boolean {
  return parseMarker(text) !== undefined;
}

/**
 * Whether a marker holds; `undefined` where that depends on what the environment doesn't say, and for a text that is none.
 *
 * https://packaging.python.org/en/latest/specifications/dependency-specifiers/, "Environment Markers" (PEP 508).
 */
export function markerHolds(marker: string, environment: MarkerEnvironment): boolean | undefined {
  const parsed = parseMarker(marker);
  return parsed === undefined ? undefined : evaluate(parsed, environment);
}

function parseMarker(text: string): Marker | undefined {
  if (text.length > TEXT_LIMIT_CHARACTERS) return undefined;
  const scanner = startScanner(text);
  const marker = parseOr(scanner, 0);
  return scanner.isAtEnd() ? marker : undefined;
}

function parseOr(scanner: Scanner, depth: number): Marker | undefined {
  return parseParts('or', () => parseParts('and', () => parsePart(scanner, depth)));

  function parseParts(kind: 'and' | 'or', parse: () => Marker | undefined): Marker | undefined {
    const separator = kind === 'and' ? /\band\b/y : /\bor\b/y;
    const parts: Marker[] = [];
    do {
      const part = parse();
      if (part === undefined) return undefined;
      parts.push(part);
    } while (scanner.take(separator) !== undefined);
    return parts.length === 1 ? parts[0] : { kind, parts };
  }
}

function parsePart(scanner: Scanner, depth: number): Marker | undefined {
  if (scanner.take(/\(/y) !== undefined) {
    const inner = depth === DEPTH_LIMIT ? undefined : parseOr(scanner, depth + 1);
    return scanner.take(/\)/y) === undefined ? undefined : inner;
  }
  const left = parseOperand(scanner);
  const operator = scanner.take(OPERATOR)?.replace(/[ \t]+/, ' ');
  const right = parseOperand(scanner);
  if (left === undefined || operator === undefined || right === undefined) return undefined;
  return { kind: 'comparison', left, operator, right };
}

function parseOperand(scanner: Scanner): Operand | undefined {
  const constant = scanner.take(CONSTANT);
  if (constant !== undefined) return { kind: 'constant', text: constant.slice(1, -1) };
  const word = scanner.take(WORD) ?? '';
  const variable = OLD_VARIABLES.get(word) ?? word;
  return VARIABLES.has(variable) ? { kind: 'variable', text: variable } : undefined;
}

/** Unknown is neither: `false and unknown` is false, `true or unknown` is true. */
function evaluate(marker: Marker, environment: MarkerEnvironment): boolean | undefined {
  if (marker.kind === 'comparison') return evaluateComparison(marker, environment);
  const results = marker.parts.map((part) => evaluate(part, environment));
  const deciding = marker.kind === 'or';
  if (results.includes(deciding)) return deciding;
  return results.includes(undefined) ? undefined : !deciding;
}

function evaluateComparison(
  { left, operator, right }: Marker & { readonly kind: 'comparison' },
  environment: MarkerEnvironment,
): boolean | undefined {
  // A comparison that asks about nothing, or about two things, means nothing ("Marker comparisons").
  if (left.kind === right.kind) return undefined;
  const [variable, constant] = left.kind === 'variable' ? [left.text, right.text] : [right.text, left.text];
  const value = Object.hasOwn(environment, variable) ? environment[variable] : undefined;
  if (value === undefined) return undefined;
  if (variable === 'extra') return compareExtra(value, { operator, constant });
  if (typeof value !== 'string') return right.kind === 'variable' && compareSet(value, { operator, constant });
  const [first, second] = left.kind === 'variable' ? [value, constant] : [constant, value];
  const asVersions = VERSION_VARIABLES.has(variable) ? compareVersions(first, operator, second) : undefined;
  return asVersions ?? compareTexts(first, operator, second);
}

/** Of `extra` only `==` and `!=` mean anything; several may be asked for at once. */
function compareExtra(
  value: string | readonly string[],
  { operator, constant }: { readonly operator: string; readonly constant: string },
): boolean {
  const extras = (typeof value === 'string' ? [value] : value).map(normalizedName);
  const isAsked = extras.includes(normalizedName(constant));
  return operator === '==' ? isAsked : operator === '!=' && !isAsked;
}

function compareSet(
  value: readonly string[],
  { operator, constant }: { readonly operator: string; readonly constant: string },
): boolean {
  const isThere = value.map(normalizedName).includes(normalizedName(constant));
  return operator === 'in' ? isThere : operator === 'not in' && !isThere;
}

function compareVersions(left: string, operator: string, right: string): boolean | undefined {
  const [specifier] = parseSpecifiers(operator + right) ?? [];
  return specifier === undefined ? undefined : specifierHolds(specifier, left);
}

/** "Marker comparisons", String: an order of texts means nothing, and of `<=` and `>=` only the equality is left. */
function compareTexts(left: string, operator: string, right: string): boolean {
  switch (operator) {
    case 'in':
      return right.includes(left);
    case 'not in':
      return !right.includes(left);
    case '!=':
      return left !== right;
    case '<':
    case '>':
      return false;
    default:
      return left === right;
  }
}
