'use strict';

// How an alarm names what it watches: a metric of a source (measured.js) with its statistic, or a rate computed of several.

const sub = (text) => (text.includes('${') ? { 'Fn::Sub': text } : text);
const asMetric = ([Namespace, dimensions], MetricName) => ({
  Namespace,
  MetricName,
  Dimensions: Object.entries(dimensions).map(([Name, value]) => ({ Name, Value: sub(value) })),
});
/** A metric as an alarm names it, and how its values of a period become one. */
const metric = (source, name, statistic) => ({
  ...asMetric(source, name),
  ...(/^p\d/.test(statistic) ? { ExtendedStatistic: statistic } : { Statistic: statistic }),
});

/**
 * Failures in a hundred calls of Bedrock; none while there are too few calls to say. A call that the breaker spares counts as
 * a failed one: else its few probes would soon be too few to say, and the alarm end long before the trouble.
 */
const bedrockFailureRate = (ours, Period, leastCalls) => {
  const part = (Id, name) => ({ Id, ReturnData: false, MetricStat: { Metric: asMetric(ours, name), Period, Stat: 'Sum' } });
  const wanted = '(FILL(calls, 0) + FILL(spared, 0))';
  const rate = `IF(${wanted} >= ${leastCalls}, 100 * (FILL(failures, 0) + FILL(spared, 0)) / ${wanted}, 0)`;
  return {
    Metrics: [
      part('calls', 'BedrockCalls'),
      part('failures', 'BedrockFailures'),
      part('spared', 'BreakerRefusals'),
      { Id: 'rate', Label: 'Failed or spared calls, %', Expression: rate },
    ],
    Period: undefined, // each part has it
  };
};

module.exports = { metric, bedrockFailureRate };
