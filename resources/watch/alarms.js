'use strict';

// What wakes a person, and whom. Each description is written for the one who gets it at night: what it means, what to do.
// A single photo that fails or waits is no alarm: its row says why, and the dashboard counts it.

const measured = require('./measured');
const { metric, bedrockFailureRate } = require('./metric');

const HOUR = 3600;
const MINUTE = 60;

/** The alarms by name. What they don't say otherwise is in `alarm` below. */
function alarmsOf(sources) {
  const { lambda, ours, retryQueue, deadLetterQueue, updates, stage, name, timeout } = sources;
  const { maximumEventAge, retryAgeLimit, dailyCost, dailyCeiling } = sources;
  const mostWaiting = Math.min(6 * HOUR, retryAgeLimit / 2);
  const inHours = (seconds) =>
    seconds < HOUR ? `${Math.ceil(seconds / MINUTE)} min` : `${Number((seconds / HOUR).toFixed(2))} h`;
  const operate = (command) => `npm run operate -- ${command} --stage ${stage}`;
  const query = (title) => `saved query "${name}/${title}" (CloudWatch Logs Insights)`;
  return {
    FunctionErrors: {
      ...metric(lambda, 'Errors', 'Sum'),
      // An error bears the time at which its invocation began: in a shorter period, one that ends at the timeout comes too late.
      Period: 15 * MINUTE,
      means:
        'The function raised, timed out or ran out of memory: a bug, a missing permission or a wrong configuration, for what will pass ' +
        'is not raised. A new upload is tried twice more, one from the retry queue up to five times; then it lies in the dead letter ' +
        `queue. See ${query('Faults')}.`,
    },
    Faults: {
      ...metric(ours, 'Faults', 'Sum'), // of a message of the retry queue the function reports the fault, and ends well
      means:
        'A photo met a bug, a missing permission or a wrong configuration. Of a new upload function-errors tells, too; of one from the retry ' +
        `queue only this does: SQS brings it back up to five times, then to the dead letter queue. See ${query('Faults')}.`,
    },
    FunctionThrottles: {
      ...metric(lambda, 'Throttles', 'Sum'),
      Period: 15 * MINUTE, // a burst of photos is throttled, too, and passes
      EvaluationPeriods: 4,
      means:
        'For an hour Lambda has refused to start the function in every quarter: reserved or account concurrency is used up. Uploads ' +
        `wait up to ${inHours(maximumEventAge)}, then go to the dead letter queue; with reservedConcurrency=0 they go there at once. Raise ` +
        'reservedConcurrency, or the quota "Concurrent executions" of the account.',
    },
    FunctionDuration: {
      ...metric(lambda, 'Duration', 'p99'),
      Period: 15 * MINUTE,
      EvaluationPeriods: 2,
      Threshold: 0.8 * timeout * 1000,
      means:
        `One invocation in a hundred takes more than 80 % of the timeout of ${timeout} s; at the timeout it is killed, and its photo is ` +
        `read again. See ${query('Slowest photos')} for the step that takes so long.`,
    },
    AsyncEventAge: {
      ...metric(lambda, 'AsyncEventAge', 'Maximum'),
      Threshold: (maximumEventAge / 2) * 1000,
      means:
        `Uploads have waited ${inHours(maximumEventAge / 2)} for the function to start, and go to the dead letter queue, unread, after ` +
        `${inHours(maximumEventAge)}. Raise reservedConcurrency or the account's concurrency; see whether the function is throttled.`,
    },
    AsyncEventsDropped: {
      ...metric(lambda, 'AsyncEventsDropped', 'Sum'),
      means:
        'Lambda has given up events of uploads: after three failed attempts, too old, or because reservedConcurrency is 0. They are in ' +
        `the dead letter queue, unless destination-delivery-failures is in alarm too. See ${query('Faults')} and mend the cause; then ` +
        `have them read: ${operate('redrive')}.`,
    },
    DestinationDeliveryFailures: {
      ...metric(lambda, 'DestinationDeliveryFailures', 'Sum'),
      means:
        "Lambda could not put a given-up event into the dead letter queue: its upload is known to nobody now. Check the role's " +
        'sqs:SendMessage and, with a customer key, kms:GenerateDataKey. Then have the photos read that have no row: ' +
        `${operate('backfill')}.`,
    },
    DeadLetters: {
      ...metric(deadLetterQueue, 'ApproximateNumberOfMessagesVisible', 'Maximum'),
      // SQS may stop reporting a queue that nobody touches for 6 hours, and that is not an empty one: the state stays.
      TreatMissingData: 'ignore',
      means:
        'Photos lie in the dead letter queue: given up after days, after a fault of ours, or uploaded while reservedConcurrency was 0. ' +
        `They are kept for 14 days. ${operate('redrive')} says why, by reason, and what it costs to have them read again, and asks before it ` +
        `does so; first mend the cause (${query('Failures by code')}, ${query('Faults')}). No other mail comes until the queue is empty.`,
    },
    RetryQueueAge: {
      ...metric(retryQueue, 'ApproximateAgeOfOldestMessage', 'Maximum'),
      // Every wait is a new message of at most 15 minutes; one that a crash left is seen again after 30.
      Threshold: HOUR,
      means:
        'A message has been on the retry queue for an hour, though none is sent to wait longer than 15 minutes: nobody takes it, or every ' +
        `attempt at it fails. ${operate('status')} says whether its trigger is enabled and the function throttled; does it crash ` +
        '(function-errors), does it meet a fault (faults)? After a redrive or a backfill of many photos it only says that they queue up.',
    },
    PhotosWaitLong: {
      ...metric(ours, 'WaitingAge', 'Maximum'), // a wait is a new message, so SQS can't tell since when a photo waits
      Period: 30 * MINUTE, // a waiting photo is heard of at least every 15 minutes
      Threshold: mostWaiting,
      means:
        `A photo has waited for ${inHours(mostWaiting)}, put off again and again, and is given up after ${inHours(retryAgeLimit)}: Bedrock ` +
        `throttles, fails, or has no model for it, or DynamoDB refuses. See ${operate('status')} and ${query('Failures by code')}; for more of ` +
        'Bedrock, ask AWS for quota.',
    },
    BedrockFailureRate: {
      ...bedrockFailureRate(ours, 15 * MINUTE, 10),
      EvaluationPeriods: 2, // a breaker that opens once, in a burst, spares many calls; that passes
      Threshold: 50, // as the breaker's, over a window as long as its
      means:
        'For half an hour at least half of the calls to Bedrock failed (5xx or no answer; throttling not counted), or were spared by ' +
        'the breaker. Photos wait on the retry queue and are read when Bedrock recovers; only one whose paid calls all timed out ends as ' +
        `failed. Look at the AWS Health Dashboard, and at ${operate('breaker status')}; there is nothing to redrive unless this lasts ` +
        `${inHours(retryAgeLimit)}.`,
    },
    BreakerOpen: {
      ...metric(ours, 'BreakerRefusals', 'Sum'),
      Period: 30 * MINUTE, // a waiting photo asks again every 15: in a shorter period the alarm would come and go all night
      EvaluationPeriods: 2,
      means:
        'For an hour photos have been put off because the circuit breaker is open: Bedrock fails, or a person holds it open and may have ' +
        `forgotten it. ${operate('breaker status')} says which, since when and why; ${operate('breaker close')} has Bedrock asked again. While a ` +
        'person holds it open photos wait for as long as it takes, and no other alarm tells.',
    },
    NoModelAnswers: {
      ...metric(ours, 'NoModelAnswers', 'Sum'),
      Period: 30 * MINUTE, // a waiting photo asks again at least every 15: in a shorter period the alarm would come and go all night
      means:
        'Every configured model refuses: at its end of life, not granted to the account, or unknown in this region. All photos wait, and ' +
        `are given up after days. See ${query('Models')}; grant access in the Bedrock console, or deploy with --param models=...`,
    },
    TableThrottles: {
      ...metric(updates, 'ThrottledRequests', 'Sum'),
      EvaluationPeriods: 3, // a burst on a table that is still growing is throttled, and passes
      means:
        'DynamoDB has throttled writes to the table or to one of its indexes for 15 minutes. Paid answers are not lost, they wait on the ' +
        'retry queue. Provisioned: raise capacityMaximum. On demand: see on the dashboard which index, and the account quota.',
    },
    CoordinationFaults: {
      ...metric(ours, 'CoordinationFaults', 'Sum'),
      Period: 15 * MINUTE,
      Threshold: 10, // a container that can't use the table tries it every half minute; a throttle or two pass
      means:
        'The function cannot use its coordination table, and works on without it: each container reads photos as if Bedrock were well, and ' +
        'dollars are counted when the table is back, so a ceiling may be passed meanwhile. Does the table stand, may the role write to ' +
        `it (dynamodb:UpdateItem), is it throttled? The log line "coordination.failed" of ${name}-process says why.`,
    },
    ...(dailyCeiling && {
      CeilingReached: {
        ...metric(ours, 'CeilingRefusals', 'Sum'),
        Period: 30 * MINUTE, // a waiting photo asks again every 15: in a shorter period the alarm would come and go all night
        means:
          `Claude has cost the $${dailyCeiling} that it may cost on a UTC day (parameter dailyCeilingUsd). All photos wait on the retry queue, ` +
          'unread and unpaid, until midnight UTC; none is given up for it. To go on at once, deploy with a higher dailyCeilingUsd. See ' +
          `${query('Dearest photos')}.`,
      },
    }),
    ...(dailyCost && {
      DailyCost: {
        ...metric(ours, 'Cost', 'Sum'),
        Period: 24 * HOUR,
        Threshold: dailyCost,
        ComparisonOperator: 'GreaterThanThreshold',
        means:
          `Claude has cost more than $${dailyCost} in 24 hours (parameter dailyCostAlarmUsd; at list price, models without a known price ` +
          `left out). Nothing is stopped. See ${query('Dearest photos')}. To pay no more for now: ${operate('breaker open')}; photos then wait, ` +
          `unread, until ${operate('breaker close')}. The parameter dailyCeilingUsd does so by itself, each day.`,
      },
    }),
  };
}

const dashed = (name) => name.replace(/\B[A-Z]/g, '-$&').toLowerCase();

function alarm(name, prefix, { means, ...given }) {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      AlarmName: `${prefix}-${dashed(name)}`,
      AlarmDescription: `${means} More: docs/runbook.md, ${dashed(name)}.`,
      Period: 5 * MINUTE,
      EvaluationPeriods: 1,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'notBreaching', // these metrics are silent while there is nothing to tell
      ...given,
      AlarmActions: [{ Ref: 'AlarmTopic' }],
      OKActions: [{ Ref: 'AlarmTopic' }],
    },
  };
}

const subscription = (email) => ({
  Type: 'AWS::SNS::Subscription',
  Properties: { TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint: email },
});

module.exports = async ({ resolveVariable }) => {
  const sources = await measured(resolveVariable);
  const email = await resolveVariable('param:alarmEmail');
  const alarms = Object.entries(alarmsOf(sources));
  return {
    resources: {
      Resources: {
        ...Object.fromEntries(alarms.map(([name, given]) => [`${name}Alarm`, alarm(name, sources.name, given)])),
        ...(email && { AlarmSubscription: subscription(email) }),
      },
    },
    arns: alarms.map(([name]) => `\${${name}Alarm.Arn}`),
  };
};
