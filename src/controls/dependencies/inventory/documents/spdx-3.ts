import { ECOSYSTEM_REFERENCE } from '../../../../core/bill-properties.ts';
import { field, isObject } from '../node/fields.ts';
import { plainText } from '../node/npm-text.ts';
import { bounded, COMPONENTS_MAX, type ListedComponent, type ListedNeed, type Listing, NEEDS_MAX } from './listing.ts';
import { elementsOf } from './spdx-3-elements.ts';
import { References } from './references.ts';
import { objectsOf, textsOf } from './values.ts';

const PACKAGES: ReadonlySet<string> = new Set(['software_Package', 'ai_AIPackage']);
/** What is no software that advisories could be about (Software, SoftwarePurpose). */
const PARTS: ReadonlySet<string> = new Set(['file', 'device', 'operatingSystem', 'data', 'documentation']);
/** Core, RelationshipType. */
const NEEDS: ReadonlySet<string> = new Set([
  'dependsOn',
  'hasPrerequisite',
  'hasDynamicLink',
  'hasStaticLink',
  'hasOptionalDependency',
  'hasProvidedDependency',
]);
/** Core, LifecycleScopeType. */
const DEVELOPMENT: ReadonlySet<string> = new Set(['development', 'test']);

interface Relationship {
  readonly type: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly isDevelopment: boolean;
  readonly isIncomplete: boolean;
}

/** SPDX 3.0 as JSON-LD in its own serialization (https://spdx.github.io/spdx-spec/v3.0.1/serializations/). */
export function listSpdx3(document: unknown): Listing {
  const { elements, problems } = elementsOf(document);
  const packages = bounded(
    elements.filter((one) => PACKAGES.has(typeOf(one))),
    COMPONENTS_MAX,
    'packages',
  );
  const relationships = elements.flatMap(toRelationship);
  const needs = bounded(relationships.flatMap(toNeeds), NEEDS_MAX, 'dependencies');
  const root = rootOf(elements);
  const references = new References();
  const components = packages.items.map((one) => toListed(one, references.take(field(one, 'spdxId')), root));
  const isIncomplete = relationships.some((one) => one.isIncomplete);
  return {
    components,
    needs: needs.items,
    holders: new Set(relationships.flatMap(({ type, from }) => (type === 'contains' ? [from] : []))),
    problems: [
      ...problems,
      ...packages.problems,
      ...needs.problems,
      ...references.problems(),
      ...(isIncomplete ? ['it says itself that it is incomplete'] : []),
      ...(elements.some((one) => objectsOf(field(one, 'import')).length > 0)
        ? ['it refers to elements of other documents, which are not read']
        : []),
    ],
  };
}

function toListed(one: unknown, ref: string, root: string | undefined): ListedComponent {
  const purpose = field(one, 'software_primaryPurpose');
  const identifiers = objectsOf(field(one, 'externalIdentifier')).map((identifier) => ({
    type: field(identifier, 'externalIdentifierType'),
    authority: field(identifier, 'issuingAuthority'),
    text: plainText(field(identifier, 'identifier')),
  }));
  const named = identifiers.find(({ type }) => type === 'packageUrl')?.text;
  const ecosystem = identifiers.find(({ authority }) => authority === ECOSYSTEM_REFERENCE)?.text;
  const location = plainText(field(one, 'software_downloadLocation'));
  return {
    ref,
    name: plainText(field(one, 'name')) ?? '',
    version: plainText(field(one, 'software_packageVersion')),
    purl: plainText(field(one, 'software_packageUrl')) ?? named,
    kind: ref === root ? 'root' : kindOf(purpose),
    ...(ecosystem !== undefined && { ecosystem }),
    ...(ecosystem !== undefined && location !== undefined && { origin: location }),
  };
}

function kindOf(purpose: unknown): ListedComponent['kind'] {
  if (purpose === 'application' || purpose === 'container') return 'application';
  return typeof purpose === 'string' && PARTS.has(purpose) ? 'part' : 'package';
}

function toRelationship(one: unknown): readonly Relationship[] {
  const [type, from] = [field(one, 'relationshipType'), reference(field(one, 'from'))];
  if (typeof type !== 'string' || from === undefined) return [];
  const scope = field(one, 'scope');
  const to = field(one, 'to');
  return [
    {
      type,
      from,
      to: [...textsOf(to), ...objectsOf(to).flatMap((target) => idOf(target) ?? [])],
      isDevelopment: typeof scope === 'string' && DEVELOPMENT.has(scope),
      isIncomplete: field(one, 'completeness') === 'incomplete' && (type === 'contains' || NEEDS.has(type)),
    },
  ];
}

function toNeeds({ type, from, to, isDevelopment }: Relationship): readonly ListedNeed[] {
  if (!NEEDS.has(type)) return [];
  return to.map((one) => (isDevelopment ? { from, to: one, isDevelopment } : { from, to: one }));
}

/** What the bills are about; where that is several things, none of them is the whole. */
function rootOf(elements: readonly unknown[]): string | undefined {
  const boms = elements.filter((one) => typeOf(one) === 'software_Sbom' || typeOf(one) === 'Bom');
  const about = boms.length > 0 ? boms : elements.filter((one) => typeOf(one) === 'SpdxDocument');
  const roots = new Set(about.flatMap((one) => textsOf(field(one, 'rootElement'))));
  const [only] = roots;
  return roots.size === 1 ? only : undefined;
}

function typeOf(one: unknown): string {
  const type = field(one, 'type');
  return typeof type === 'string' ? type : '';
}

function idOf(one: unknown): string | undefined {
  const id = field(one, 'spdxId');
  return typeof id === 'string' && id !== '' ? id : undefined;
}

/** An element that is named, or one that stands where its name could. */
function reference(value: unknown): string | undefined {
  return typeof value === 'string' ? value : isObject(value) ? idOf(value) : undefined;
}
