import type { JsonSchema } from './json-schema.ts';

/** The fields of an object, or of each of several, with what may stand in them. */
export function Fields({ schema }: { schema: JsonSchema }) {
  const variants = schema.oneOf ?? schema.anyOf;
  if (Array.isArray(variants))
    return (
      <>
        <p class="quiet">One of these:</p>
        {variants.map((variant: JsonSchema) => (
          <Fields key={JSON.stringify(variant)} schema={variant} />
        ))}
      </>
    );
  const properties = Object.entries(schema.properties ?? {});
  if (properties.length === 0) return schema.$ref ? <TypeOf schema={schema} /> : null;
  const rows = properties.map(([name, property]) => ({
    name,
    required: schema.required?.includes(name) ?? false,
    schema: property,
  }));
  return <Rows caption="Fields" rows={rows} />;
}

/** Named values and what may stand in each. */
export function Rows({
  caption,
  rows,
}: {
  caption: string;
  rows: { name: string; required: boolean; schema: JsonSchema }[];
}) {
  return (
    <table>
      <caption class="hidden">{caption}</caption>
      <tbody>
        {rows.map(({ name, required, schema }) => (
          <tr key={name}>
            <th scope="row">
              <code>{name}</code>
            </th>
            <td>
              <TypeOf schema={schema} />
              {!required && <span class="quiet">, optional</span>}
              {schema.description !== undefined && (
                <>
                  . <Prose text={String(schema.description)} />
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A schema in a few words: its type, and what bounds it. */
function TypeOf({ schema }: { schema: JsonSchema }) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1);
    return <a href={`#${name}`}>{name}</a>;
  }
  const { enum: values, items, format, minLength, maxLength } = schema as Record<string, unknown>;
  if ('const' in schema) return <code>{JSON.stringify(schema.const)}</code>;
  if (Array.isArray(values)) return <>{values.map((value) => JSON.stringify(value)).join(' or ')}</>;
  if (items)
    return (
      <>
        list of <TypeOf schema={items as JsonSchema} />
      </>
    );
  const type = [schema.type ?? (schema.anyOf ? 'value' : 'any')].flat().join(' or ');
  const bounds = [
    format,
    minLength !== undefined && `at least ${minLength}`,
    maxLength !== undefined && `at most ${maxLength} characters`,
  ].filter(Boolean);
  return <>{[type, ...bounds].join(', ')}</>;
}

/** Text in which backticks mark code. */
export function Prose({ text }: { text: string }) {
  return <>{text.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>;
}
