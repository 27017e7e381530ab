import fc from 'fast-check';
import type { JsonSchema } from '../../lib/flows/docs/json-schema.ts';

/** Text that some part of a system may stumble over. */
const oddTexts = [
  '',
  ' ',
  '\t',
  '\n',
  '\r\n',
  'a\nb',
  'a\u2028b',
  'a\u0085b',
  '\0',
  'a\0b',
  '\ud800',
  'a\udc00b',
  '\u200b',
  '\u3164',
  '\u2800',
  '\u00ad',
  '\ufeff',
  '\u115f\u1160',
  '\u17b4\u17b5',
  '\u180e',
  '\u2060\u2064',
  '\u0301',
  'é',
  'e\u0301',
  '\u0958',
  '李小龍',
  'محمد',
  '👩‍👩‍👧',
  '🐴'.repeat(100),
  'x'.repeat(100),
  'x'.repeat(101),
  'x'.repeat(254),
  'x'.repeat(255),
  'e\u0301'.repeat(128),
  '\u0958'.repeat(256),
  'x'.repeat(257),
  'constructor',
  '__proto__',
  '$where',
  '%00',
  'a@b',
  'a@b.example',
  'a@@b.example',
  'a b@c.example',
  'ä@b.example',
  'a@b..example',
  'a@-b.example',
  `${'a'.repeat(243)}@example.com`,
  `${'a'.repeat(242)}@example.com`,
  ' a@b.example ',
  '\u00a0a@b.example',
  'true',
  'TRUE',
  '0',
  '1',
  '01',
  '1.0',
  '100',
  '101',
  '1e1',
  `1.${'0'.repeat(24)}`,
  `1.${'g'.repeat(24)}`,
];

const odd: unknown[] = [...oddTexts, null, true, 0, 1.5, -1, [], ['a'], {}, { $gt: '' }];

/** Values of which each conforms to a schema. */
export function conforming(schema: JsonSchema): fc.Arbitrary<unknown> {
  const variants = variantsOf(schema);
  if (variants) return fc.oneof(...variants.map(conforming));
  if ('const' in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...(schema.enum as unknown[]));
  switch (schema.type) {
    case 'null':
      return fc.constant(null);
    case 'boolean':
      return fc.boolean();
    case 'integer':
      return fc.integer({ min: Number(schema.minimum), max: Number(schema.maximum) });
    case 'object': {
      const fields = Object.entries(schema.properties ?? {});
      const values = Object.fromEntries(fields.map(([name, field]) => [name, conforming(field)]));
      return fc.record(values, { requiredKeys: schema.required ?? [] });
    }
    case 'array':
      return fc.array(conforming(schema.items as JsonSchema), {
        minLength: Number(schema.minItems ?? 0),
        maxLength: Number(schema.maxItems ?? 5),
      });
    case 'string':
      return schema.contentSchema ? jsonOf(schema.contentSchema) : texts(schema);
    default:
      throw new Error(`what conforms to ${JSON.stringify(schema)}?`);
  }
}

/** What a form carries in a field, as JSON. */
const jsonOf = (content: unknown) => conforming(content as JsonSchema).map((value) => JSON.stringify(value));

function conformsAsJson(content: unknown, text: string): boolean {
  try {
    return conforms(content as JsonSchema, JSON.parse(text));
  } catch {
    return false;
  }
}

function texts(schema: JsonSchema): fc.Arbitrary<string> {
  const { pattern = '^[^]*$', minLength = 0, maxLength = 300 } = schema as Record<string, string | number>;
  const known = oddTexts.filter((text) => conforms(schema, text));
  const most = Math.min(Number(maxLength), 300);
  const free = fc
    .string({ unit: 'binary', minLength: Number(minLength), maxLength: most })
    .map((text) => text.slice(0, most));
  const made = fc.stringMatching(new RegExp(String(pattern), 'u'));
  // What a pattern for any text makes is ASCII alone.
  const isFree = ['\u4e00\n', '{"']
    .map((text) => text.padEnd(Number(minLength), 'x'))
    .every((text) => conforms(schema, text));
  const sources: fc.Arbitrary<string>[] = isFree ? [free] : [made];
  if (known.length > 0) sources.push(fc.constantFrom(...known));
  return fc.oneof(...sources).filter((text) => conforms(schema, text));
}

/** Values of which each breaks a schema in one place: a field that is wrong, missing or unknown. */
export function breaking(schema: JsonSchema): fc.Arbitrary<unknown> {
  const variants = variantsOf(schema);
  if (variants) return fc.oneof(...variants.map(breaking)).filter((value) => !conforms(schema, value));
  const { properties = {}, required = [] } = schema;
  const names = Object.keys(properties);
  const whole = conforming(schema) as fc.Arbitrary<Record<string, unknown>>;
  const changes = fc.oneof(
    ...(names.length > 0
      ? [fc.record({ name: fc.constantFrom(...names), value: fc.constantFrom(...odd) })]
      : []),
    fc.record({ name: fc.constantFrom('unknown', 'isAdmin', '$set', ''), value: fc.constant('x') }),
    ...(required.length > 0
      ? [fc.record({ name: fc.constantFrom(...required), value: fc.constant(undefined) })]
      : []),
  );
  return fc
    .tuple(whole, changes)
    .map(([value, { name, value: changed }]) => {
      const { [name]: _old, ...rest } = value;
      return changed === undefined ? rest : { ...rest, [name]: changed };
    })
    .filter((value) => !conforms(schema, value));
}

/** True where a value is as JSON Schema (2020-12) says, as far as the description of the API uses it. */
export function conforms(schema: JsonSchema, value: unknown): boolean {
  const variants = variantsOf(schema);
  if (variants) return variants.filter((variant) => conforms(variant, value)).length > 0;
  if ('const' in schema) return value === schema.const;
  if (Array.isArray(schema.enum)) return (schema.enum as unknown[]).includes(value);
  switch (schema.type) {
    case 'null':
      return value === null;
    case 'integer':
      return (
        Number.isInteger(value) &&
        Number(value) >= Number(schema.minimum) &&
        Number(value) <= Number(schema.maximum)
      );
    case 'string': {
      if (typeof value !== 'string') return false;
      if (schema.contentSchema) return conformsAsJson(schema.contentSchema, value);
      const { pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY } = schema;
      const { length } = [...value];
      const matches = pattern === undefined || new RegExp(String(pattern), 'u').test(value);
      return matches && length >= Number(minLength) && length <= Number(maxLength);
    }
    case 'object': {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
      const { properties = {}, required = [], additionalProperties } = schema;
      return (
        required.every((name) => Object.hasOwn(value, name)) &&
        Object.entries(value).every(([name, inner]) =>
          Object.hasOwn(properties, name)
            ? conforms(properties[name] as JsonSchema, inner)
            : additionalProperties !== false,
        )
      );
    }
    case 'array': {
      if (!Array.isArray(value)) return false;
      const { minItems = 0, maxItems = Number.POSITIVE_INFINITY, items } = schema;
      const isOfLength = value.length >= Number(minItems) && value.length <= Number(maxItems);
      return isOfLength && value.every((each) => conforms(items as JsonSchema, each));
    }
    case 'boolean':
      return typeof value === 'boolean';
    default:
      throw new Error(`what conforms to ${JSON.stringify(schema)}?`);
  }
}

function variantsOf({ anyOf, oneOf }: JsonSchema): JsonSchema[] | undefined {
  return (anyOf ?? oneOf) as JsonSchema[] | undefined;
}
