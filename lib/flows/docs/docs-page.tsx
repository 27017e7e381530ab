import { problemTable } from '../problems.ts';
import type { OpenApiDocument } from './openapi.ts';
import type { OperationObject } from './openapi-operation.ts';
import type { ResponseObject } from './openapi-responses.ts';
import { Fields, Prose, Rows } from './schema.tsx';

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
          {Object.values(problemTable).map(({ code, status, title, meaning }) => (
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

/** The codes that a shared response carries, as its name says them. */
function codesOf(ref: string): string[] {
  const name = ref.split('/').at(-1) ?? '';
  return name.replace(/\.page$/, '').split('_or_');
}

function anchor(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
}
