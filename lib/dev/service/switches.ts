import { allow, roleOf, type Service } from './service.ts';

/** What the role of a function needs that is in a VPC: AWS's own policy, since it names no single network interface. */
const inVpc = {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in.
  'Fn::Sub': 'arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole',
};

const listed = (text: string) => text.split(',').map((each) => each.trim());

/**
 * Does what the params `tracing`, `vpcSubnets` and `vpcSecurityGroups` say, and gives each function the permission that
 * comes with it; where they are empty nothing may do more than before.
 */
export function turnSwitches(service: Service): void {
  const { tracing, vpcSubnets, vpcSecurityGroups } = service.custom.stage;
  for (const each of Object.values(service.functions)) {
    const role = roleOf(service, each);
    if (tracing === 'on') {
      each.tracing = 'Active';
      const Action = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'];
      // X-Ray knows no narrower resource.
      if (role) allow(service, role, 'tracing', { Effect: 'Allow', Action, Resource: '*' });
    }
    // What never asks the database needs no way to it.
    if (vpcSubnets && each.environment && 'STORE' in each.environment) {
      each.vpc = { subnetIds: listed(vpcSubnets), securityGroupIds: listed(vpcSecurityGroups) };
      const properties = role ? service.resources.Resources[role]?.Properties : undefined;
      if (properties) properties.ManagedPolicyArns = [inVpc];
    }
  }
}
