import type { JsonSchema } from '../api/json-schema.ts';
import type { OpenApiDocument, OperationObject } from '../api/openapi.ts';
import type { ResponseObject } from '../api/openapi-responses.ts';
import { problemDescriptions } from '../api/problems.ts';

/** The description of the API as a page; every problem code has an anchor of its own name. */
export function Docs({ document }: { document: OpenApiDocument }) {
  const { info, tags, paths, components } = document;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  return (
    <div class="docs">
      <h1>{info.title}: the API</h1>
      {info.description.split('\n\n').map((paragraph) => (
        <p key={paragraph} class="lead">
          <Prose text={paragraph} />
        </p>
      ))}
      <p>
        The same for programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI {document.openapi}).
      </p>
      <nav aria-label="On this page">
        <ul>
          {[...tags.map(({ name }) => name), 'Problems', 'Schemas'].map((name) => (
            <li key={name}>
              <a href={`#${anchor(name)}`}>{name}</a>
            </li>
          ))}
        </ul>
      </nav>
      {tags.map(({ name, description }) => (
        <section key={name} aria-labelledby={anchor(name)}>
          <h2 id={anchor(name)}>{name}</h2>
          <p class="quiet">{description}</p>
          {operations
            .filter(({ operation }) => operation.tags.includes(name))
            .map((each) => (
              <Operation key={each.operation.operationId} {...each} />
            ))}
        </section>
      ))}
      <Problems />
      <section aria-labelledby="schemas">
        <h2 id="schemas">Schemas</h2>
        {Object.entries(components.schemas).map(([name, schema]) => (
          <article key={name} id={name} class="card">
            <h3>{name}</h3>
            {schema.description !== undefined && (
              <p>
                <Prose text={String(schema.description)} />
              </p>
            )}
            <Fields schema={schema} />
          </article>
        ))}
      </section>
    </div>
  );
}

interface OperationProps {
  path: string;
  method: string;
  operation: OperationObject;
}

function Operation({ path, method, operation }: OperationProps) {
  const { operationId, summary, description, security, parameters = [], requestBody } = operation;
  const [[type, body] = []] = Object.entries(requestBody?.content ?? {});
  return (
    <article class="card" id={operationId}>
      <h3>{summary}</h3>
      <p class="route">
        <code>
          <span class="method">{method.toUpperCase()}</span> {path}
        </code>
        {security.length > 0 && <span class="tag">needs a session</span>}
      </p>
      {description && (
        <p>
          <Prose text={description} />
        </p>
      )}
      {parameters.length > 0 && (
        <Rows
          caption="In the address"
          rows={parameters.map(({ name, required, schema }) => ({ name, required, schema }))}
        />
      )}
      {body && (
        <>
          <p class="quiet">
            Body, as <code>{type}</code>
          </p>
          <Fields schema={body.schema} />
        </>
      )}
      <ul class="answers">
        {Object.entries(operation.responses).map(([status, response]) => (
          <li key={status}>
            <strong>{status}</strong> <AnswerOf response={response} />
          </li>
        ))}
      </ul>
    </article>
  );
}

function AnswerOf({ response }: { response: ResponseObject | { $ref: string } }) {
  if ('$ref' in response) return <Codes codes={codesOf(response.$ref)} />;
  const schema = response.content?.['application/json']?.schema;
  return (
    <>
      <Prose text={response.description} />
      {schema && <Fields schema={schema} />}
    </>
  );
}

function Codes({ codes }: { codes: string[] }) {
  return (
    <>
      {codes.map((code, at) => (
        <span key={code}>
          {at > 0 && ', '}
          <a href={`#${code}`}>
            <code>{code}</code>
          </a>
        </span>
      ))}
    </>
  );
}

function Problems() {
  return (
    <section aria-labelledby="problems">
      <h2 id="problems">Problems</h2>
      <p class="quiet">
        Every error is <code>application/problem+json</code> (RFC 9457), as the schema{' '}
        <a href="#Problem">Problem</a> says. Its <code>type</code> leads to one of these.
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">Code</th>
            <th scope="col">Status</th>
            <th scope="col">Meaning</th>
          </tr>
        </thead>
        <tbody>
          {problemDescriptions.map(({ code, status, title, meaning }) => (
            <tr key={code} id={code}>
              <th scope="row">
                <code>{code}</code>
              </th>
              <td>{status}</td>
              <td>
                <strong>{title}.</strong> <Prose text={meaning} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Fields({ schema }: { schema: JsonSchema }) {
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

function Rows({
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

/** The codes that a shared response carries, as its name says them. */
function codesOf(ref: string): string[] {
  const name = ref.split('/').at(-1) ?? '';
  return name.replace(/\.page$/, '').split('_or_');
}

/** Text in which backticks mark code. */
function Prose({ text }: { text: string }) {
  return <>{text.split('`').map((part, at) => (at % 2 === 1 ? <code key={at}>{part}</code> : part))}</>;
}

function anchor(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
