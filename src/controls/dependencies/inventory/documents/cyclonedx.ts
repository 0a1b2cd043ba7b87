import { BILL_PROPERTIES } from '../../../../core/bill-properties.ts';
import { field, isObject } from '../node/fields.ts';
import { plainText } from '../node/npm-text.ts';
import { quoted } from '../printable.ts';
import { bounded, COMPONENTS_MAX, type ListedComponent, type Listing, NEEDS_MAX, NESTING_MAX } from './listing.ts';
import { References } from './references.ts';
import { listOf, textsOf } from './values.ts';

/** What is no software that advisories could be about ("component type" of the specification). */
const PARTS: ReadonlySet<string> = new Set([
  'file',
  'operating-system',
  'device',
  'data',
  'cryptographic-asset',
  'machine-learning-model',
]);
/** Ours, and npm's in CycloneDX's own taxonomy of properties. */
const DEVELOPMENT: readonly string[] = [BILL_PROPERTIES.development, 'cdx:npm:package:development'];

interface Found {
  readonly component: unknown;
  readonly isRoot: boolean;
  readonly holder: Found | undefined;
}

/** CycloneDX 1.2 to 1.7 as JSON (ECMA-424; https://cyclonedx.org/docs/1.6/json/). */
export function listCycloneDx(bom: unknown): Listing {
  const problems: string[] = [];
  const version = field(bom, 'specVersion');
  if (typeof version !== 'string' || !/^1\.[2-7]$/.test(version)) {
    problems.push(`it is written in ${shown(version)} of CycloneDX, and read as if that were 1.6`);
  }
  const found = walk(bom, problems);
  const references = new References();
  const refs = new Map(found.map((one) => [one, references.take(field(one.component, 'bom-ref'))]));
  const needs = bounded(
    listOf(field(bom, 'dependencies')).flatMap((entry) => {
      const from = field(entry, 'ref');
      if (typeof from !== 'string') return [];
      return textsOf(field(entry, 'dependsOn')).map((to) => ({ from, to }));
    }),
    NEEDS_MAX,
    'dependencies',
  );
  const holders = found.flatMap(({ holder }) => (holder === undefined ? [] : [refs.get(holder) ?? '']));
  return {
    components: found.map((one) => toListed(one, refs.get(one) ?? '')),
    needs: needs.items,
    holders: new Set(holders),
    problems: [...problems, ...references.problems(), ...needs.problems, ...incomplete(bom)],
  };
}

/** All components, those within others too, in the order in which they are written. */
function walk(bom: unknown, problems: string[]): readonly Found[] {
  const found: Found[] = [];
  const root = field(field(bom, 'metadata'), 'component');
  const beginnings: Found[] = listOf(field(bom, 'components')).map((component) => ({
    component,
    isRoot: false,
    holder: undefined,
  }));
  if (isObject(root)) beginnings.unshift({ component: root, isRoot: true, holder: undefined });
  let level: readonly Found[] = beginnings;
  let odd = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === NESTING_MAX) {
      problems.push(`components lie in each other more than ${String(NESTING_MAX)} deep; the innermost are left out`);
      break;
    }
    const { items, problems: beyond } = bounded(level, COMPONENTS_MAX - found.length, 'components');
    const whole = items.filter(({ component }) => isObject(component));
    odd += items.length - whole.length;
    for (const one of whole) found.push(one);
    if (beyond.length > 0) {
      problems.push(...beyond);
      break;
    }
    level = whole.flatMap((holder) =>
      listOf(field(holder.component, 'components')).map((component) => ({ component, isRoot: false, holder })),
    );
  }
  if (odd > 0) problems.push(`${String(odd)} of its components are no objects`);
  return found;
}

function toListed({ component, isRoot }: Found, ref: string): ListedComponent {
  const group = plainText(field(component, 'group'));
  const name = plainText(field(component, 'name')) ?? '';
  const type = field(component, 'type');
  const own = propertiesOf(component);
  const direct = own.get(BILL_PROPERTIES.direct);
  const ecosystem = own.get(BILL_PROPERTIES.ecosystem);
  const origin = own.get(BILL_PROPERTIES.origin);
  const purl = field(component, 'purl');
  return {
    ref,
    name: group === undefined ? name : `${group}/${name}`,
    version: plainText(field(component, 'version')),
    purl: typeof purl === 'string' && purl !== '' ? purl : undefined,
    kind: isRoot ? 'root' : own.has(BILL_PROPERTIES.placeKind) ? 'part' : kindOf(type),
    ...(ecosystem !== undefined && { ecosystem }),
    ...(origin !== undefined && { origin }),
    ...(direct !== undefined && { isDirect: direct === 'true' }),
    ...(DEVELOPMENT.some((property) => own.get(property) === 'true') && { isDevelopment: true }),
  };
}

function kindOf(type: unknown): ListedComponent['kind'] {
  if (type === 'application' || type === 'platform' || type === 'container') return 'application';
  return typeof type === 'string' && PARTS.has(type) ? 'part' : 'package';
}

function propertiesOf(component: unknown): ReadonlyMap<string, string> {
  return new Map(
    listOf(field(component, 'properties')).flatMap((property) => {
      const [name, value] = [field(property, 'name'), field(property, 'value')];
      return typeof name === 'string' && typeof value === 'string' ? [[name, value] as const] : [];
    }),
  );
}

/** What the document itself says is not all ("compositions"). */
function incomplete(bom: unknown): readonly string[] {
  const aggregates = listOf(field(bom, 'compositions')).map((one) => field(one, 'aggregate'));
  const isIncomplete = aggregates.some((one) => typeof one === 'string' && one.startsWith('incomplete'));
  return isIncomplete ? ['it says itself that it is incomplete'] : [];
}

function shown(version: unknown): string {
  return typeof version === 'string' ? `version ${quoted(version)}` : 'no version';
}
