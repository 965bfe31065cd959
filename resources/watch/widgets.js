'use strict';

// The parts that a dashboard is made of. Their form: CloudWatch API reference, "Dashboard body structure and syntax".

const PERIOD = 300; // seconds, of what isn't said otherwise: short enough to see a burst, long enough for a day's width

const color = { good: '#2ca02c', doubt: '#ff7f0e', bad: '#d62728', dead: '#7f1d1d', waiting: '#9467bd', plain: '#1f77b4' };

/** A metric of a source as a graph names it. */
const line = ([namespace, dimensions], name, options = {}) => [namespace, name, ...Object.entries(dimensions).flat(), options];
const computed = (expression, options) => [{ expression, ...options }];
const hidden = (source, id, name) => line(source, name, { id, visible: false });
const percentiles = (source, name, label, ...those) => those.map((stat) => line(source, name, { stat, label: `${label} ${stat}` }));
/** One curve a category, of categories that nobody has to list here. */
const byCategory = ([namespace, { Stage }], name, period) =>
  computed(`SEARCH('{${namespace},Stage,Category} MetricName="${name}" Stage="${Stage}"', 'Sum', ${period})`, {
    id: 'c',
    label: "${!PROP('Dim.Category')}", // `!`: for CloudWatch, not for Fn::Sub
  });

const widget = (title, view, metrics, more) => ({
  type: 'metric',
  properties: { title, view, region: '${AWS::Region}', stat: 'Sum', period: PERIOD, metrics, ...more },
});
/** A curve each; `unit` is what the axis counts. */
const graph = (title, unit, metrics, { marks = [], ...more } = {}) =>
  widget(title, 'timeSeries', metrics, {
    yAxis: { left: { label: unit, min: 0, showUnits: false } },
    ...(marks.length && { annotations: { horizontal: marks } }),
    ...more,
  });
const stacked = (title, unit, metrics, more) => graph(title, unit, metrics, { stacked: true, ...more });
/** One large number: the sum of the time that the dashboard shows. */
const total = (title, metric) => widget(title, 'singleValue', [metric], { setPeriodToTimeRange: true });
/** One large number: the last one known. */
const latest = (title, metrics) => widget(title, 'singleValue', metrics, { stat: 'Maximum', period: 60 });
const heading = (markdown) => ({ type: 'text', properties: { markdown, background: 'transparent' } });

/** The widgets with their places. */
function placed(rows) {
  let y = 0;
  return rows.flatMap(([height, ...cells]) => {
    let x = 0;
    const row = cells.map(([width, each]) => ({ x: (x += width) - width, y, width, height, ...each }));
    y += height;
    return row;
  });
}

module.exports = {
  ...{ color, line, hidden, computed, percentiles, byCategory }, // what is drawn
  ...{ graph, stacked, total, latest, heading, placed }, // on what, and where
};
