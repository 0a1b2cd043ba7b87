import { z } from 'zod';
import { FRAME, waiverList } from './frame.ts';
import { inventorySchema } from './inventory/section.ts';
import { type JsonSchema, toJsonSchema } from './schema-view.ts';
import type { Section } from './section.ts';

/** Keys that an editor offers in one place of a blueprint, each with what it does. */
export interface KnownKeys {
  /** Where a map with free keys stands: `['kernel', 'sysctl']`. */
  readonly place: readonly string[];
  readonly keys: ReadonlyMap<string, string>;
}

export interface BlueprintJsonSchemaOptions {
  readonly controls: readonly Section[];
  readonly knownKeys?: readonly KnownKeys[];
}

type Properties = NonNullable<JsonSchema['properties']>;

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';
const SCHEMA_ID = 'urn:freehold:schema:blueprint:1';

/** The JSON Schema (draft-07) of one blueprint file, for editors. A whole blueprint is held against more than this. */
export function blueprintJsonSchema({ controls, knownKeys = [] }: BlueprintJsonSchemaOptions): JsonSchema {
  const { $schema: _, ...frame } = toJsonSchema(z.strictObject({ ...FRAME, waivers: waiverList.exactOptional() }));
  const { $schema: ___, ...inventory } = toJsonSchema(inventorySchema);
  const definitions: Record<string, JsonSchema> = {};
  const sections: [string, JsonSchema][] = controls.map(({ id, title, policy }) => {
    const { $schema: __, ...own } = toJsonSchema(policy);
    const known = knownKeys.filter(({ place }) => place[0] === id);
    const offered = known.reduce((schema, keys) => offerKeys(schema, keys, definitions), own);
    return [id, { description: `${title}: what should be.`, ...forOneFile(offered) }];
  });
  return {
    $schema: DRAFT_07,
    $id: SCHEMA_ID,
    title: 'Freehold blueprint',
    description: 'How machines should be. docs/blueprint.md describes the format.',
    ...frame,
    properties: {
      ...mayBeEmpty(frame.properties ?? {}),
      inventory: forOneFile(inventory),
      ...Object.fromEntries(sections),
    },
    ...(Object.keys(definitions).length > 0 && { definitions }),
  };
}

/** Below these keys everything may be commented out. */
function mayBeEmpty(properties: Properties): Properties {
  const { version, name, ...rest } = properties;
  return { ...(version !== undefined && { version }), ...(name !== undefined && { name }), ...mapValues(rest, orNull) };
}

/**
 * One file of several says a part only: what a schema requires may stand in a preset, and `null` takes back what one says.
 * Inside lists nothing is merged, so there every rule holds.
 */
function forOneFile(schema: JsonSchema): JsonSchema {
  const { required: _, ...rest } = schema;
  return orNull({
    ...rest,
    ...(rest.properties && { properties: mapValues(rest.properties, forOneFile) }),
    ...(typeof rest.additionalProperties === 'object' && {
      additionalProperties: forOneFile(rest.additionalProperties),
    }),
    ...(rest.anyOf && { anyOf: rest.anyOf.map((one) => (typeof one === 'object' ? withoutRequired(one) : one)) }),
  });
}

/** A branch of a union stays what it is, but for the keys that another file may bring. */
function withoutRequired(schema: JsonSchema): JsonSchema {
  const { required: _, ...rest } = schema;
  return rest.type === 'object' && rest.properties
    ? { ...rest, properties: mapValues(rest.properties, forOneFile) }
    : schema;
}

function mapValues(properties: Properties, change: (schema: JsonSchema) => JsonSchema): Properties {
  return Object.fromEntries(
    Object.entries(properties).map(([key, one]) => [key, typeof one === 'object' ? change(one) : one]),
  );
}

function orNull(schema: JsonSchema): JsonSchema {
  // Keys that are offered by name share a definition that accepts null already.
  if (schema.$ref !== undefined || isOffered(schema) || acceptsNull(schema)) return schema;
  const { type, anyOf } = schema;
  if (anyOf !== undefined) return { ...schema, anyOf: [...anyOf, { type: 'null' }] };
  if (type !== undefined && schema.enum === undefined && schema.const === undefined) {
    return { ...schema, type: [...[type].flat(), 'null'] };
  }
  const { description, default: fallback, ...bare } = schema;
  const about = {
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
  };
  return { ...about, anyOf: [bare, { type: 'null' }] };
}

function isOffered(schema: JsonSchema): boolean {
  return (schema.allOf ?? []).some((one) => typeof one === 'object' && one.$ref !== undefined);
}

function acceptsNull(schema: JsonSchema): boolean {
  if (schema.type === 'null' || [schema.type].flat().some((type) => type === 'null')) return true;
  return (schema.anyOf ?? []).some((one) => typeof one === 'object' && acceptsNull(one));
}

/** Puts keys with their descriptions where any key may stand; all share one schema of the value. */
function offerKeys(
  schema: JsonSchema,
  { place, keys }: KnownKeys,
  definitions: Record<string, JsonSchema>,
): JsonSchema {
  const name = place.join('.');
  return changeAt(schema, place.slice(1), (map) => {
    const { additionalProperties } = map;
    if (typeof additionalProperties !== 'object') throw new Error(`${name} is no map with free keys`);
    definitions[name] = forOneFile(additionalProperties);
    const $ref = `#/definitions/${name}`;
    const sorted = [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
    // Draft-07 ignores what stands beside a $ref.
    const properties = sorted.map(([key, description]): [string, JsonSchema] => [
      key,
      { description, allOf: [{ $ref }] },
    ]);
    return { ...map, properties: Object.fromEntries(properties), additionalProperties: { $ref } };
  });
}

function changeAt(schema: JsonSchema, path: readonly string[], change: (schema: JsonSchema) => JsonSchema): JsonSchema {
  const [key, ...rest] = path;
  if (key === undefined) return change(schema);
  const next = schema.properties?.[key];
  if (typeof next !== 'object') throw new Error(`the schema has no property ${key}`);
  return { ...schema, properties: { ...schema.properties, [key]: changeAt(next, rest, change) } };
}
