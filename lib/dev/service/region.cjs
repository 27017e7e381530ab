/** For serverless.yml: the region that the AWS SDK finds, in the environment or the profile; else us-east-1. */
module.exports = async ({ options }) => {
  const { stage = 'dev', 'aws-profile': profile } = options;
  // What runs on this machine is in no region.
  if (!process.env.AWS_REGION && stage !== 'dev' && stage !== 'test') {
    const { LambdaClient } = require('@aws-sdk/client-lambda');
    const found = new LambdaClient(profile ? { profile } : {}).config.region();
    return await found.catch(() => 'us-east-1');
  }
  return process.env.AWS_REGION || 'us-east-1';
};
