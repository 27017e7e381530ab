/** What CloudFormation may ask for of a type of resource that ours never make it ask for, and why. */
export const unneeded: readonly (readonly [RegExp, string])[] = [
  [/^kms:/, 'nothing that the template makes is encrypted by a key of one’s own'],
  [/^(elasticfilesystem|s3files):/, 'no function mounts a file system'],
  [/^(firehose|s3tables):/, 'neither logs nor the bucket go on to elsewhere'],
  [/^s3:(REST|GetObjectVersion$)/, 'the bucket has no versions, and no log goes there'],
  [/^s3:\w*MetadataTable|^s3:\w*Abac/, 'the bucket has no tables and no attributes'],
  [
    /^s3:(Put|Delete|Update)\w*(Accelerate|Analytics|CORS|Cors|Inventory|IntelligentTiering|Lifecycle|Logging|Metrics|Notification|ObjectLock|Ownership|Replication|Versioning|Website|Acl|Encryption$)/i,
    'the bucket has none of it',
  ],
  [/^s3:UpdateBucketMetadata/, 'the bucket has no tables'],
  [/^logs:\w*(DataProtection|Index|DeletionProtection|BearerToken|KmsKey)/, 'no group of logs has it'],
  [/^logs:DeleteResourcePolicy$/, 'what lets the API write its log stays for the others of the account'],
  [/^iam:\w+PermissionsBoundary$/, 'no role has one'],
  [
    /^cloudfront:(\w*ConnectionGroup|GetVpcOrigin|UpdateDistributionWithStagingConfig)$/,
    'the distribution has none',
  ],
  [/^codedeploy:RegisterOnPremisesInstance$/, 'what is deployed are functions'],
];

/** What can be allowed on everything alone, and why. */
export const nameless: readonly (readonly [RegExp, string])[] = [
  [/^cloudformation:ValidateTemplate$/, 'a text is no resource'],
  [/^sts:GetCallerIdentity$/, 'it tells who asks'],
  [/^logs:\w*LogDeliver(y|ies)$/, 'deliveries of logs have no ARN'],
  [/^logs:(Describe|Put)ResourcePolic(y|ies)$/, 'such policies are of the account'],
  [/^logs:DescribeLogGroups$/, 'it lists groups by what their names begin with'],
  [/^cloudfront:Create\w+$/, 'CloudFront takes no resource before it is there'],
  [/^ec2:Describe\w+$/, 'EC2 takes no resource where it lists'],
];

/** Patterns of resources that our name is not in, and why. */
export const unnamed: Readonly<Record<string, string>> = {
  'arn:aws:apigateway:*::/apis': 'where APIs are made',
  'arn:aws:apigateway:*::/apis/*': 'AWS makes the id of an API',
  'arn:aws:apigateway:*::/domainnames': 'where domains are made',
  'arn:aws:apigateway:*::/domainnames/*': 'a domain is named as its owner likes',
  'arn:aws:apigateway:*::/tags/*': 'tags are at the ARN of what has them',
  'arn:aws:codedeploy:*:*:deploymentconfig:CodeDeployDefault.*':
    'AWS names its own, and they can only be read',
  'arn:aws:cloudfront::*:distribution/*': 'AWS makes the id',
  'arn:aws:cloudfront::*:cache-policy/*': 'AWS makes the id',
};
