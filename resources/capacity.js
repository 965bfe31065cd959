'use strict';

// What the parameter capacityMode makes of the table: paid by request, or provisioned with auto scaling of the reads and the
// writes of the table and of each index.

const ABSENT = { Ref: 'AWS::NoValue' };
const TARGETS = { Table: '', ByCategory: '/index/by_category', ByStatus: '/index/by_status' };
const UTILISATION = 70; // per cent of what is provisioned

function scaling(minimum, maximum) {
  const resources = {};
  for (const [target, path] of Object.entries(TARGETS)) {
    for (const kind of ['Read', 'Write']) {
      const dimension = `dynamodb:${path ? 'index' : 'table'}:${kind}CapacityUnits`;
      resources[`${target}${kind}Capacity`] = {
        Type: 'AWS::ApplicationAutoScaling::ScalableTarget',
        Properties: {
          ServiceNamespace: 'dynamodb',
          ResourceId: { 'Fn::Sub': `table/\${SpecificationsTable}${path}` },
          ScalableDimension: dimension,
          MinCapacity: minimum,
          MaxCapacity: maximum,
        },
      };
      resources[`${target}${kind}Scaling`] = {
        Type: 'AWS::ApplicationAutoScaling::ScalingPolicy',
        Properties: {
          PolicyName: `${target}${kind}`,
          PolicyType: 'TargetTrackingScaling',
          ScalingTargetId: { Ref: `${target}${kind}Capacity` },
          TargetTrackingScalingPolicyConfiguration: {
            TargetValue: UTILISATION,
            PredefinedMetricSpecification: { PredefinedMetricType: `DynamoDB${kind}CapacityUtilization` },
          },
        },
      };
    }
  }
  return resources;
}

module.exports = async ({ resolveVariable }) => {
  const mode = await resolveVariable('param:capacityMode');
  if (mode === 'on-demand') return { billingMode: 'PAY_PER_REQUEST', throughput: ABSENT, resources: {} };
  const minimum = Number(await resolveVariable('param:capacityMinimum'));
  const maximum = Number(await resolveVariable('param:capacityMaximum'));
  return {
    billingMode: 'PROVISIONED',
    throughput: { ReadCapacityUnits: minimum, WriteCapacityUnits: minimum },
    resources: { Resources: scaling(minimum, maximum) },
  };
};
