import { ECOSYSTEM_REFERENCE } from '../../../../core/bill-properties.ts';
import { plural } from '../../../../core/describe.ts';
import { field, isObject } from '../node/fields.ts';
import { plainText } from '../node/npm-text.ts';
import { quoted } from '../printable.ts';
import { bounded, COMPONENTS_MAX, type ListedComponent, type ListedNeed, type Listing, NEEDS_MAX } from './listing.ts';
import { References } from './references.ts';
import { listOf, objectsOf, textsOf } from './values.ts';

/** What is no software that advisories could be about (7.24, Primary Package Purpose). */
const PARTS: ReadonlySet<string> = new Set(['FILE', 'DEVICE', 'OPERATING-SYSTEM', 'OPERATING_SYSTEM']);
/** Where one element needs the other, and which; clause 11.1. */
const FORWARD: ReadonlySet<string> = new Set(['DEPENDS_ON', 'HAS_PREREQUISITE', 'DYNAMIC_LINK', 'STATIC_LINK']);
const BACKWARD: ReadonlySet<string> = new Set([
  'DEPENDENCY_OF',
  'BUILD_DEPENDENCY_OF',
  'RUNTIME_DEPENDENCY_OF',
  'OPTIONAL_DEPENDENCY_OF',
  'PROVIDED_DEPENDENCY_OF',
  'PREREQUISITE_FOR',
]);
const BACKWARD_DEVELOPMENT: ReadonlySet<string> = new Set(['DEV_DEPENDENCY_OF', 'TEST_DEPENDENCY_OF']);
/** Elements that are no elements: nothing, and what isn't known. */
const NOTHING = 'NONE';
const UNSAID = 'NOASSERTION';

interface Relationship {
  readonly from: string;
  readonly type: string;
  readonly to: string;
}

/** SPDX 2.2 and 2.3 as JSON (https://spdx.github.io/spdx-spec/v2.3/). */
export function listSpdx(document: unknown): Listing {
  const packages = bounded(listOf(field(document, 'packages')), COMPONENTS_MAX, 'packages');
  const relationships = bounded(relationshipsOf(document), NEEDS_MAX, 'relationships');
  const described = describedBy(document, relationships.items);
  const whole = packages.items.filter(isObject);
  const holders = relationships.items.flatMap(({ from, type, to }) =>
    type === 'CONTAINS' ? [from] : type === 'CONTAINED_BY' ? [to] : [],
  );
  const references = new References();
  const components = whole.map((one) => toListed(one, references.take(field(one, 'SPDXID')), described));
  const odd = packages.items.length - whole.length;
  return {
    components,
    needs: relationships.items.flatMap(toNeed),
    holders: new Set(holders),
    problems: [
      ...versionProblem(document),
      ...packages.problems,
      ...relationships.problems,
      ...(odd > 0 ? [`${String(odd)} of its packages are no objects`] : []),
      ...references.problems(),
      ...missingParts(relationships.items),
    ],
  };
}

function versionProblem(document: unknown): readonly string[] {
  const version = field(document, 'spdxVersion');
  if (version === 'SPDX-2.2' || version === 'SPDX-2.3') return [];
  return [`it is written in ${quoted(String(version))}, and read as if that were SPDX-2.3`];
}

function relationshipsOf(document: unknown): readonly Relationship[] {
  return objectsOf(field(document, 'relationships')).flatMap((one) => {
    const [from, type, to] = ['spdxElementId', 'relationshipType', 'relatedSpdxElement'].map((name) =>
      field(one, name),
    );
    return typeof from === 'string' && typeof type === 'string' && typeof to === 'string' ? [{ from, type, to }] : [];
  });
}

/** What the document is about; where that is several things, none of them is the whole. */
function describedBy(document: unknown, relationships: readonly Relationship[]): string | undefined {
  const described = new Set([
    ...textsOf(field(document, 'documentDescribes')),
    ...relationships.flatMap(({ from, type, to }) =>
      type === 'DESCRIBES' ? [to] : type === 'DESCRIBED_BY' ? [from] : [],
    ),
  ]);
  const [only] = described;
  return described.size === 1 ? only : undefined;
}

function toListed(one: unknown, ref: string, described: string | undefined): ListedComponent {
  const purpose = field(one, 'primaryPackagePurpose');
  const references = objectsOf(field(one, 'externalRefs')).map((reference) => ({
    type: field(reference, 'referenceType'),
    locator: plainText(field(reference, 'referenceLocator')),
  }));
  const purl = references.find(({ type }) => type === 'purl')?.locator;
  const ecosystem = references.find(({ type }) => type === ECOSYSTEM_REFERENCE)?.locator;
  const location = plainText(field(one, 'downloadLocation'));
  return {
    ref,
    name: plainText(field(one, 'name')) ?? '',
    version: plainText(field(one, 'versionInfo')),
    purl,
    kind: ref === described ? 'root' : kindOf(purpose),
    ...(ecosystem !== undefined && { ecosystem }),
    ...(ecosystem !== undefined && location !== undefined && location !== UNSAID && { origin: location }),
  };
}

function kindOf(purpose: unknown): ListedComponent['kind'] {
  if (purpose === 'APPLICATION' || purpose === 'CONTAINER') return 'application';
  return typeof purpose === 'string' && PARTS.has(purpose) ? 'part' : 'package';
}

function toNeed({ from, type, to }: Relationship): readonly ListedNeed[] {
  if (FORWARD.has(type)) return [{ from, to }];
  if (BACKWARD.has(type)) return [{ from: to, to: from }];
  return BACKWARD_DEVELOPMENT.has(type) ? [{ from: to, to: from, isDevelopment: true }] : [];
}

/** What the document says is there and doesn't list: parts that it doesn't know, and those in other documents. */
function missingParts(relationships: readonly Relationship[]): readonly string[] {
  const parts = relationships.filter(({ type }) => type === 'CONTAINS' || FORWARD.has(type));
  const isUnknown = parts.some(({ type, to }) => type === 'CONTAINS' && to === UNSAID);
  const elsewhere = new Set(
    relationships.flatMap(({ from, to }) => [from, to]).filter((id) => id.startsWith('DocumentRef-') && id !== NOTHING),
  );
  return [
    ...(isUnknown ? ['it says itself that it is incomplete'] : []),
    ...(elsewhere.size > 0
      ? [`it refers to ${plural(elsewhere.size, 'element')} of other documents, which are not read`]
      : []),
  ];
}
