import * as z from 'zod/mini';
import { NewPassword } from '../shared/fields.ts';

/** JSON Schema, draft 2020-12, as far as it is read here. */
export interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  type?: string | string[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  [keyword: string]: unknown;
}

/** Which side of a schema is meant: what is sent, or what is answered. */
export type Side = 'input' | 'output';

/** JSON Schemas of zod schemas; those with an id are kept once and pointed at. */
export interface SchemaBook {
  of(schema: z.ZodMiniType, side: Side): JsonSchema;
  /** Every schema with an id that was met so far. */
  all(): Record<string, JsonSchema>;
}

/** @param passwordMinLength of new passwords, in characters; a setting, so that no schema of zod has it. */
export function createSchemaBook(passwordMinLength: number): SchemaBook {
  const named = new Map<string, JsonSchema>();

  function of(schema: z.ZodMiniType, side: Side): JsonSchema {
    const converted = z.toJSONSchema(schema, {
      target: 'draft-2020-12',
      io: side,
      override: ({ zodSchema, jsonSchema }) => {
        tidy(jsonSchema as JsonSchema, side);
        if (Object.is(zodSchema, NewPassword)) jsonSchema.minLength = passwordMinLength;
        const { holds, ...rest } = jsonSchema as JsonSchema & { holds?: z.ZodMiniType };
        if (holds) replace(jsonSchema as JsonSchema, { ...rest, contentSchema: of(holds, side) });
      },
    });
    const { $schema: _draft, $defs = {}, ...rest } = pointed(converted) as JsonSchema;
    for (const [id, { id: _own, ...definition }] of Object.entries($defs)) named.set(id, definition);
    return rest;
  }

  return {
    of,
    all: () => Object.fromEntries([...named].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** What is being converted is changed in its place. */
function replace(schema: JsonSchema, by: JsonSchema): void {
  for (const key of Object.keys(schema)) delete schema[key];
  Object.assign(schema, by);
}

function refTo(id: string): string {
  return `#/components/schemas/${id}`;
}

/** Says what people read by, and promises no more than we keep. */
function tidy(schema: JsonSchema, side: Side): void {
  // The format says the same, and can be read.
  if (schema.format === 'date-time') delete schema.pattern;
  // A number is bounded by its value, not by how it is written.
  if (schema.type === 'integer') delete schema.pattern;
  // Every whole number that JSON carries safely is within these.
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  // A later version may answer more.
  if (side === 'output') delete schema.additionalProperties;
  if ('example' in schema) {
    schema.examples = [schema.example];
    delete schema.example;
  }
}

/** The same value with every pointer into `$defs` turned to the components of the document. */
function pointed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pointed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? inner.replace(/^#\/\$defs\//, refTo('')) : pointed(inner),
    ]),
  );
}
