import { basename } from 'node:path';

/** A template of CloudFormation, as far as it is changed here. */
export interface Template {
  Resources: Record<string, Resource>;
  Outputs?: Record<string, unknown>;
  [section: string]: unknown;
}

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

const bucket = 'ServerlessDeploymentBucket';

/**
 * The template for tools that bring the zips to AWS themselves: the code of each function is the name of its zip, beside
 * the template, and the Serverless Framework's bucket is left out.
 */
export function localTemplate({ Resources, Outputs = {}, ...rest }: Template): Template {
  const resources = Object.entries(Resources).filter(([id]) => !isOfBucket(id));
  const outputs = Object.entries(Outputs).filter(([id]) => !isOfBucket(id));
  return {
    ...rest,
    Resources: Object.fromEntries(resources.map(([id, resource]) => [id, withLocalCode(resource)])),
    Outputs: Object.fromEntries(outputs),
  };
}

const isOfBucket = (id: string) => id.startsWith(bucket);

function withLocalCode(resource: Resource): Resource {
  if (resource.Type !== 'AWS::Lambda::Function') return resource;
  const { S3Key } = resource.Properties.Code as { S3Key: string };
  return { ...resource, Properties: { ...resource.Properties, Code: basename(S3Key) } };
}
