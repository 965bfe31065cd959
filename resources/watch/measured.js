'use strict';

// What is measured, and under which names: for alarms.js and dashboard.js. Each source of metrics is its namespace and its
// dimensions; `${...}` in them is for Fn::Sub. Ours are those of pipeline/metrics.py; AWS's are in the Lambda developer guide
// ("Types of metrics for Lambda functions"), the SQS developer guide ("Available CloudWatch metrics for Amazon SQS") and
// the DynamoDB developer guide ("DynamoDB metrics and dimensions").

const TABLE = { TableName: '${SpecificationsTable}' };

module.exports = async (resolveVariable) => {
  const settings = 'self:functions.process';
  const stage = await resolveVariable('sls:stage');
  return {
    stage,
    name: `${await resolveVariable('self:service')}-${stage}`, // what the names of this stage's things begin with
    timeout: await resolveVariable(`${settings}.timeout`), // seconds
    maximumEventAge: await resolveVariable(`${settings}.maximumEventAge`), // seconds
    retryAgeLimit: Number(await resolveVariable('param:retryAgeLimitSeconds')),
    dailyCost: Number(await resolveVariable('param:dailyCostAlarmUsd')), // dollars; 0 for no alarm
    dailyCeiling: Number(await resolveVariable('param:dailyCeilingUsd')), // dollars; 0 for no ceiling
    ours: [await resolveVariable(`${settings}.environment.METRICS_NAMESPACE`), { Stage: stage }],
    lambda: ['AWS/Lambda', { FunctionName: '${ProcessLambdaFunction}' }],
    retryQueue: ['AWS/SQS', { QueueName: '${RetryQueue.QueueName}' }],
    deadLetterQueue: ['AWS/SQS', { QueueName: '${DeadLetterQueue.QueueName}' }],
    table: ['AWS/DynamoDB', TABLE],
    byCategory: ['AWS/DynamoDB', { ...TABLE, GlobalSecondaryIndexName: 'by_category' }],
    byStatus: ['AWS/DynamoDB', { ...TABLE, GlobalSecondaryIndexName: 'by_status' }],
    // All that the function asks of the table. One throttled write of table or index makes its request a throttled one.
    updates: ['AWS/DynamoDB', { ...TABLE, Operation: 'UpdateItem' }],
  };
};
