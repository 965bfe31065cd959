'use strict';

// What a person looks at, from top to bottom: how many photos are where, what is in alarm, and then each part over time.

const alarms = require('./alarms');
const measured = require('./measured');
const { color, line, hidden, computed, percentiles, byCategory } = require('./widgets');
const { graph, stacked, total, latest, heading, placed } = require('./widgets');

const DAY = 86400;
const HOUR = 3600;
const STEPS = ['claim', 'download', 'prepare', 'look', 'choose', 'read', 'review', 'repair', 'store']; // as pipeline/report.py logs them

/** All that is on the retry queue: ready, delayed and in hand. SQS tells the last two only where there are some. */
const waiting = ({ retryQueue }) => [
  hidden(retryQueue, 'ready', 'ApproximateNumberOfMessagesVisible'),
  hidden(retryQueue, 'delayed', 'ApproximateNumberOfMessagesDelayed'),
  hidden(retryQueue, 'taken', 'ApproximateNumberOfMessagesNotVisible'),
  computed('ready + FILL(delayed, 0) + FILL(taken, 0)', { id: 'waiting', label: 'on the retry queue', color: color.waiting }),
];
const dead = ({ deadLetterQueue }) =>
  line(deadLetterQueue, 'ApproximateNumberOfMessagesVisible', { label: 'dead letters', color: color.dead });

/** How long the steps of a photo take; only the log line knows them, so this is a query of the logs. */
const steps = {
  type: 'log',
  properties: {
    title: 'Time by step: nine photos in ten are faster',
    region: '${AWS::Region}',
    view: 'timeSeries',
    query:
      `SOURCE '\${ProcessLogGroup}' | filter event = "image.finished" | stats ` +
      `${STEPS.map((step) => `pct(milliseconds.${step}, 90) as ${step}_ms`).join(', ')} by bin(15m)`,
  },
};

/** The rows from top to bottom: a height, and the widgets from left to right, each after its width of 24 in all. */
function rowsOf(sources, alarmArns) {
  const { name, ours, lambda, retryQueue, table, byStatus, timeout, dailyCost, dailyCeiling } = sources;
  const category = sources.byCategory;
  const limit = (label, value) => ({ label, value, color: color.bad });
  return [
    [
      3,
      [4, total('In: uploads', line(lambda, 'AsyncEventsReceived', { label: 'uploads', color: color.plain }))],
      [4, total('Done', line(ours, 'ImagesCompleted', { label: 'completed', color: color.good }))],
      [4, total('To review', line(ours, 'ImagesNeedingReview', { label: 'needs_review', color: color.doubt }))],
      [4, total('Failed', line(ours, 'ImagesFailed', { label: 'failed', color: color.bad }))],
      [4, latest('Waiting now', waiting(sources))],
      [4, latest('Dead letters now', [dead(sources)])],
    ],
    [4, [24, { type: 'alarm', properties: { title: 'Alarms', alarms: alarmArns, sortBy: 'stateUpdatedTimestamp' } }]],

    [1, [24, heading(`**Photos of ${name}**: how each ended, and what still waits`)]],
    [
      6,
      [12, stacked('How photos ended', 'photos', [
        line(ours, 'ImagesCompleted', { label: 'done', color: color.good }),
        line(ours, 'ImagesNeedingReview', { label: 'to review', color: color.doubt }),
        line(ours, 'ImagesFailed', { label: 'failed', color: color.bad }),
        line(ours, 'ImagesDeadLettered', { label: 'given up', color: color.dead }),
      ])],
      [12, graph('What waits', 'photos', [
        ...waiting(sources),
        dead(sources),
        line(ours, 'ImagesWaiting', { stat: 'Sum', label: 'sent to wait (again)', color: color.plain }),
      ], { stat: 'Maximum' })],
    ],
    [
      6,
      [12, stacked('Photos done, by category', 'photos an hour', [byCategory(ours, 'ImagesCompleted', HOUR)], { period: HOUR })],
      [12, stacked('Photos to review, by category', 'photos an hour', [byCategory(ours, 'ImagesNeedingReview', HOUR)], { period: HOUR })],
    ],

    [1, [24, heading('**Claude**: what it costs, how fast it is, whether it answers')]],
    [
      6,
      [8, graph('Dollars a day (days of UTC)', 'US dollars', [line(ours, 'Cost', { label: 'list price' })], {
        period: DAY,
        start: '-P14D',
        marks: [['alarm', dailyCost], ['ceiling', dailyCeiling]].filter(([, dollars]) => dollars).map((each) => limit(...each)),
      })],
      [8, stacked('Dollars by category', 'US dollars an hour', [byCategory(ours, 'Cost', HOUR)], { period: HOUR })],
      [8, stacked('Tokens', 'tokens an hour', [
        line(ours, 'InputTokens', { label: 'in' }),
        line(ours, 'CacheReadTokens', { label: 'in, read from the cache' }),
        line(ours, 'CacheWriteTokens', { label: 'in, written to the cache' }),
        line(ours, 'OutputTokens', { label: 'out' }),
      ], { period: HOUR })],
    ],
    [
      6,
      [6, graph('Calls of Bedrock', 'calls', [
        line(ours, 'BedrockCalls', { label: 'calls', color: color.plain }),
        line(ours, 'BedrockThrottles', { label: 'throttled', color: color.doubt }),
        line(ours, 'BedrockFailures', { label: 'failed', color: color.bad }),
      ])],
      [6, graph('Not asked', 'times', [
        line(ours, 'BreakerRefusals', { label: 'spared by the breaker', color: color.waiting }),
        line(ours, 'CeilingRefusals', { label: 'over the ceiling of the day', color: color.doubt }),
        line(ours, 'BreakerOpened', { label: 'the breaker opened', color: color.bad }),
        line(ours, 'CoordinationFaults', { label: 'without the coordination table', color: color.dead }),
      ])],
      [6, graph('Models that are not there', 'times', [
        line(ours, 'ModelsSkipped', { label: 'a model skipped for 15 minutes', color: color.doubt }),
        line(ours, 'NoModelAnswers', { label: 'no model of the list answered', color: color.bad }),
      ])],
      [6, graph('Extra work', 'photos', [
        line(ours, 'CategoriesChosenByModel', { label: 'category asked of a model' }),
        line(ours, 'Repairs', { label: 'answer to be repaired' }),
        line(ours, 'Duplicates', { label: 'duplicate events' }),
        line(ours, 'ClaimsLost', { label: 'taken over by another' }),
      ])],
    ],

    [1, [24, heading('**Time**: of the steps, of Claude, of a photo')]],
    [
      6,
      [12, steps],
      [6, graph("Claude's answer", 'milliseconds', percentiles(ours, 'BedrockLatency', 'answer', 'p50', 'p90', 'p99'))],
      [6, graph('A photo in all', 'milliseconds', percentiles(ours, 'ImageDuration', 'photo', 'p50', 'p90', 'p99'))],
    ],

    [1, [24, heading('**AWS**: function, queues, table')]],
    [
      6,
      [6, graph('Function: invocations', 'invocations', [
        line(lambda, 'Invocations', { label: 'invocations', color: color.plain }),
        line(lambda, 'Errors', { label: 'errors', color: color.bad }),
        line(lambda, 'Throttles', { label: 'throttled', color: color.doubt }),
        line(ours, 'Faults', { label: 'photos that raised', color: color.dead }),
      ])],
      [6, graph('Function: duration', 'milliseconds', percentiles(lambda, 'Duration', 'duration', 'p50', 'p99'), {
        marks: [limit('timeout', timeout * 1000)],
      })],
      [6, graph('Function: at once', 'containers', [line(lambda, 'ConcurrentExecutions', { stat: 'Maximum', label: 'at once' })])],
      [6, graph('Function: uploads not yet begun', 'milliseconds', [
        line(lambda, 'AsyncEventAge', { stat: 'Maximum', label: 'age of an upload at its start' }),
      ])],
    ],
    [
      6,
      [6, graph('Retry queue: longest wait', 'seconds', [
        line(ours, 'WaitingAge', { stat: 'Maximum', label: 'of a photo, in all' }),
        line(retryQueue, 'ApproximateAgeOfOldestMessage', { stat: 'Maximum', label: 'of a message, this time' }),
      ])],
      [6, graph('Given up by Lambda', 'events', [
        line(lambda, 'AsyncEventsDropped', { label: 'dropped', color: color.doubt }),
        line(lambda, 'DestinationDeliveryFailures', { label: 'lost: not delivered to the DLQ', color: color.bad }),
      ])],
      [6, graph('Table: capacity used', 'units', [
        line(table, 'ConsumedWriteCapacityUnits', { label: 'writes, table' }),
        line(category, 'ConsumedWriteCapacityUnits', { label: 'writes, by_category' }),
        line(byStatus, 'ConsumedWriteCapacityUnits', { label: 'writes, by_status' }),
        line(table, 'ConsumedReadCapacityUnits', { label: 'reads, table' }),
      ])],
      [6, graph('Table: throttled', 'events', [
        line(table, 'WriteThrottleEvents', { label: 'writes, table' }),
        line(category, 'WriteThrottleEvents', { label: 'writes, by_category' }),
        line(byStatus, 'WriteThrottleEvents', { label: 'writes, by_status' }),
        line(table, 'ReadThrottleEvents', { label: 'reads, table' }),
      ])],
    ],
  ];
}

module.exports = async (variables) => {
  const sources = await measured(variables.resolveVariable);
  const { arns } = await alarms(variables);
  const body = { start: '-P1D', periodOverride: 'inherit', widgets: placed(rowsOf(sources, arns)) };
  return {
    Resources: {
      Dashboard: {
        Type: 'AWS::CloudWatch::Dashboard',
        Properties: { DashboardName: sources.name, DashboardBody: { 'Fn::Sub': JSON.stringify(body) } },
      },
    },
  };
};
