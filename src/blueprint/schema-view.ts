import { z } from 'zod';
import type { Path } from './tree.ts';

/** JSON Schema as far as blueprints look at it; draft-07 is the newest that all YAML editors know. */
export type JsonSchema = z.core.JSONSchema.BaseSchema;

const CONTAINER_TYPES = ['object', 'array'];

/** `\p{…}` means something else to validators that compile patterns without the `u` flag. */
const CONTROL_CLASS = '\\p{Cc}';
const CONTROL_RANGES = '\\x00-\\x1f\\x7f-\\x9f';

export function toJsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, {
    target: 'draft-7',
    io: 'input',
    unrepresentable: 'any',
    override({ jsonSchema }) {
      // Several rules for one text are the parts of an `allOf`.
      for (const part of [jsonSchema, ...(jsonSchema.allOf ?? [])]) {
        if (typeof part === 'boolean' || part.pattern === undefined) continue;
        part.pattern = part.pattern.replaceAll(CONTROL_CLASS, CONTROL_RANGES);
      }
    },
  });
}

const translated = new WeakMap<z.ZodType, JsonSchema>();

/** The same, made once for each schema: a file may have thousands of problems. For looking at, not for changing. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const known = translated.get(schema) ?? toJsonSchema(schema);
  translated.set(schema, known);
  return known;
}

/** What a schema knows of one place, for hints. */
export interface PlaceView {
  /** The keys that are known by name there, sorted. */
  readonly keys: readonly string[];
  /** Whether keys or items belong there and never a single value. */
  readonly isContainer: boolean;
}

export function viewPlace(schema: JsonSchema, path: Path): PlaceView {
  let here = alternatives(schema);
  for (const step of path) here = here.flatMap((one) => stepInto(one, step)).flatMap(alternatives);
  const wanted = here.filter((one) => one.type !== 'null');
  return {
    keys: [...new Set(wanted.flatMap((one) => Object.keys(one.properties ?? {})))].sort(),
    isContainer: wanted.length > 0 && wanted.every((one) => CONTAINER_TYPES.includes(String(one.type))),
  };
}

function alternatives(schema: JsonSchema): readonly JsonSchema[] {
  const inner = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return inner.length === 0 ? [schema] : inner.flatMap((one) => (typeof one === 'object' ? alternatives(one) : []));
}

function stepInto(schema: JsonSchema, step: string | number): readonly JsonSchema[] {
  const { properties = {}, additionalProperties, items } = schema;
  const own = Object.hasOwn(properties, step) ? properties[step] : additionalProperties;
  const next = typeof step === 'number' ? items : own;
  return typeof next === 'object' && !Array.isArray(next) ? [next] : [];
}
