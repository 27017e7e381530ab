import type { IncomingMessage, ServerResponse } from 'node:http';

const stackId = 'arn:aws:cloudformation:eu-central-1:123456789012:stack/session-auth-prod/1';
const bucket = 'session-auth-prod-bucket';

interface TemplateFunction {
  Type: string;
  Properties: { FunctionName: string; Environment?: { Variables: Record<string, unknown> } };
}

/**
 * An account of AWS, as far as a deployment sees it: parameters, secrets, one stack of CloudFormation with its bucket,
 * and the environment of each function, which comes from the template that was deployed last.
 */
export class AwsAccount {
  readonly parameters = new Map<string, string>();
  /** Somebody else is deploying the stage. */
  isChanging = false;
  readonly secrets = new Map<string, string>();
  /** The environment of each function that is deployed, by its name. */
  readonly functions = new Map<string, Record<string, string>>();
  /** What was asked that changes something, in order. */
  readonly changes: string[] = [];
  /** What `/health/ready` answers. */
  readiness = 200;
  #stack: 'none' | 'bucket' | 'whole' = 'none';
  #operation = 0;
  readonly #objects = new Map<string, { body: string; metadata: Record<string, string> }>();

  /** For `standForAws`. */
  answer = (req: IncomingMessage, body: string, res: ServerResponse): void => {
    const { pathname, searchParams } = new URL(req.url ?? '/', 'http://aws');
    const target = req.headers['x-amz-target'];
    if (pathname === '/health/ready') return void json(res, this.readiness, { code: 'not_prepared' });
    if (typeof target === 'string') return void this.#store(target, JSON.parse(body), res);
    if (pathname.startsWith('/2015-03-31/functions/')) return void this.#lambda(req, pathname, body, res);
    if (pathname !== '/') return void this.#s3({ req, pathname, searchParams, body, res });
    const form = new URLSearchParams(body);
    this.#query(form.get('Action') ?? '', `http://${req.headers.host}`, res);
  };

  #store(target: string, { Name, SecretId }: Record<string, string>, res: ServerResponse): void {
    const isParameter = target.endsWith('.GetParameter');
    const value = isParameter ? this.parameters.get(Name ?? '') : this.secrets.get(SecretId ?? '');
    if (value === undefined)
      return void json(res, 400, { __type: isParameter ? 'ParameterNotFound' : 'ResourceNotFoundException' });
    json(res, 200, isParameter ? { Parameter: { Name, Value: value } } : { SecretString: value });
  }

  #lambda(req: IncomingMessage, pathname: string, body: string, res: ServerResponse): void {
    const [, , , name = '', what = ''] = pathname.split('/');
    const Variables = this.functions.get(name);
    if (!Variables) return void json(res, 404, { __type: 'ResourceNotFoundException' });
    if (req.method === 'PUT') {
      this.changes.push(`${what} of ${name}`);
      if (what === 'configuration') this.functions.set(name, JSON.parse(body).Environment.Variables);
    }
    const configuration = {
      FunctionName: name,
      Environment: { Variables },
      Role: 'arn:aws:iam::123456789012:role/of-the-stack',
      LastModified: '2020-01-01T00:00:00.000+0000',
      State: 'Active',
      LastUpdateStatus: 'Successful',
    };
    json(res, 200, what === '' ? { Configuration: configuration } : configuration);
  }

  #s3({ req, pathname, searchParams, body, res }: S3Request): void {
    const key = decodeURIComponent(pathname.slice(bucket.length + 2));
    const object = this.#objects.get(key);
    if (req.method === 'PUT') {
      this.#objects.set(key, { body, metadata: metadataOf(req) });
      return void res.writeHead(200, { etag: '"1"' }).end();
    }
    if (searchParams.has('list-type'))
      return void xml(
        res,
        200,
        `<ListBucketResult>${[...this.#objects.keys()]
          .map(
            (each) =>
              `<Contents><Key>${each}</Key><LastModified>2021-01-01T00:00:00.000Z</LastModified></Contents>`,
          )
          .join('')}</ListBucketResult>`,
      );
    res.writeHead(key === '' || object ? 200 : 404, object?.metadata ?? {}).end();
  }

  #query(action: string, here: string, res: ServerResponse): void {
    const result = (text: string) =>
      xml(res, 200, `<${action}Response><${action}Result>${text}</${action}Result></${action}Response>`);
    if (action === 'GetCallerIdentity')
      return void result('<Account>123456789012</Account><Arn>arn:aws:iam::123456789012:user/me</Arn>');
    if (this.#stack === 'none' && /^(Describe|List)Stack/.test(action))
      return void xml(
        res,
        400,
        '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id session-auth-prod does not exist</Message></Error></ErrorResponse>',
      );
    if (action === 'ExecuteChangeSet') this.#execute(here);
    result(this.#stackAnswer(action, here));
  }

  #stackAnswer(action: string, here: string): string {
    const status = this.#operation > 1 ? 'UPDATE' : 'CREATE';
    switch (action) {
      case 'CreateChangeSet':
        return `<Id>${stackId}</Id><StackId>${stackId}</StackId>`;
      case 'DescribeChangeSet':
        return `<StackId>${stackId}</StackId><Status>CREATE_COMPLETE</Status><ExecutionStatus>AVAILABLE</ExecutionStatus><Changes/>`;
      case 'DescribeStacks':
        return `<Stacks><member><StackName>session-auth-prod</StackName><StackId>${stackId}</StackId><StackStatus>${status}_${this.isChanging ? 'IN_PROGRESS' : 'COMPLETE'}</StackStatus><Outputs>${
          this.#stack === 'whole'
            ? `<member><OutputKey>HttpApiUrl</OutputKey><OutputValue>${here}</OutputValue></member>`
            : ''
        }</Outputs></member></Stacks>`;
      case 'DescribeStackEvents':
        return `<StackEvents>${['COMPLETE', 'IN_PROGRESS'].map((each) => `<member><EventId>${each}-${this.#operation}</EventId><StackName>session-auth-prod</StackName><LogicalResourceId>session-auth-prod</LogicalResourceId><ResourceType>AWS::CloudFormation::Stack</ResourceType><ResourceStatus>${status}_${each}</ResourceStatus></member>`).join('')}</StackEvents>`;
      case 'DescribeStackResource':
        return `<StackResourceDetail><PhysicalResourceId>${bucket}</PhysicalResourceId></StackResourceDetail>`;
      case 'ListStackResources':
        return `<StackResourceSummaries>${[...this.functions.keys()]
          .map(
            (name) =>
              `<member><ResourceType>AWS::Lambda::Function</ResourceType><PhysicalResourceId>${name}</PhysicalResourceId></member>`,
          )
          .join('')}</StackResourceSummaries>`;
      default:
        return '';
    }
  }

  /** The first makes the bucket, each that follows what the template says. */
  #execute(here: string): void {
    this.#operation += 1;
    if (this.#stack === 'none') {
      this.#stack = 'bucket';
      return;
    }
    this.#stack = 'whole';
    this.changes.push('stack');
    const templates = [...this.#objects].filter(([key]) =>
      key.endsWith('compiled-cloudformation-template.json'),
    );
    const { Resources } = JSON.parse(templates.at(-1)?.[1].body ?? '{}') as {
      Resources: Record<string, TemplateFunction>;
    };
    this.functions.clear();
    for (const { Type, Properties } of Object.values(Resources))
      if (Type === 'AWS::Lambda::Function')
        this.functions.set(Properties.FunctionName, this.#filledIn(Properties, here));
  }

  #filledIn({ Environment }: TemplateFunction['Properties'], here: string): Record<string, string> {
    const fill = (value: unknown) =>
      typeof value === 'object'
        ? here
        : String(value).replace(/\{\{resolve:ssm:(.+)\}\}/, (_, name) => this.parameters.get(name) ?? '');
    const entries = Object.entries(Environment?.Variables ?? {});
    return Object.fromEntries(entries.map(([name, value]) => [name, fill(value)]));
  }
}

interface S3Request {
  req: IncomingMessage;
  pathname: string;
  searchParams: URLSearchParams;
  body: string;
  res: ServerResponse;
}

function metadataOf({ headers }: IncomingMessage): Record<string, string> {
  const entries = Object.entries(headers).filter(([name]) => name.startsWith('x-amz-meta-'));
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

const json = (res: ServerResponse, status: number, body: object) =>
  void res.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));

const xml = (res: ServerResponse, status: number, body: string) =>
  void res.writeHead(status, { 'content-type': 'text/xml' }).end(body);
