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
