'use strict';

// An osls plugin: refuses parameters that can't work, all at once and before anything is made. Without it they would package
// well, and fail at deployment or at every photo. The first of `plugins`; a parameter that is new in serverless.yml
// needs its rule here, and what the function reads has to suit pipeline/settings.py.

const { spawnSync } = require('node:child_process');

const matches = (pattern, says) => ({ accepts: (text) => pattern.test(text), says });
const oneOf = (...texts) => ({ accepts: (text) => texts.includes(text), says: `one of ${texts.join(', ')}` });
const whole = (from, to = Number.MAX_SAFE_INTEGER) => ({
  accepts: (text) => /^\d+$/.test(text) && from <= Number(text) && Number(text) <= to,
  says: `a whole number from ${from} ${to === Number.MAX_SAFE_INTEGER ? 'up' : `to ${to}`}`,
});

// The function speaks Anthropic's messages, so only Anthropic's models understand it; and the reader of stage local.
const MODEL = /^(((global|us|us-gov|eu|apac|jp|au|ca)\.)?anthropic\.[a-z0-9.:-]+|offline-reader)$/;
const modelsFrom = (least) => ({
  accepts(text) {
    const models = text.split(',').map((model) => model.trim()).filter(Boolean);
    return models.length >= least && models.every((model) => MODEL.test(model));
  },
  says:
    "ids of Claude on Bedrock, separated by commas: a model's (anthropic.claude-...) or an inference profile's, which has " +
    'global, us, us-gov, eu, apac, jp, au or ca and a dot before it (global.anthropic.claude-...)',
});

const RULES = {
  region: matches(/^[a-z]{2}(-[a-z]+)+-\d+$/, 'a region of AWS, as us-east-1'),
  models: modelsFrom(1),
  categoryModels: modelsFrom(0),
  maxPaidCalls: whole(1),
  dailyCeilingUsd: matches(/^\d{1,9}(\.\d{1,2})?$/, 'dollars, as 50 or 7.50; 0 for no ceiling'),
  breakerCountsThrottles: oneOf('true', 'false'),
  promptCaching: oneOf('true', 'false'),
  askLegibility: oneOf('true', 'false'),
  reviewBelow: matches(/^(0|1|0?\.\d{1,3})$/, 'a confidence from 0 to 1, as 0.6'),
  refusePoorPhotos: oneOf('true', 'false'),
  maxImageBytes: whole(1),
  retryAgeLimitSeconds: whole(1),
  architecture: oneOf('arm64', 'x86_64'),
  reservedConcurrency: whole(0),
  maximumConcurrency: whole(2, 1000), // Lambda API reference, ScalingConfig
  kmsKeyArn: matches(
    /^(arn:[\w-]+:kms:[\w-]+:\d{12}:key\/[\w-]+)?$/,
    "the ARN of a key, arn:aws:kms:REGION:ACCOUNT:key/ID; permissions can't name an alias. It is what " +
      '`aws kms describe-key --key-id ALIAS_OR_ID --query KeyMetadata.Arn --output text` prints'
  ),
  capacityMode: oneOf('on-demand', 'provisioned'),
  capacityMinimum: whole(1),
  capacityMaximum: whole(1),
  retention: oneOf('Delete', 'Retain'),
  // CloudWatch Logs API reference, PutRetentionPolicy; osls knows no 1096
  logRetentionInDays: oneOf(
    ...['1', '3', '5', '7', '14', '30', '60', '90', '120', '150', '180', '365', '400', '545', '731', '1827', '2192', '2557'],
    ...['2922', '3288', '3653']
  ),
  logLevel: oneOf('DEBUG', 'INFO', 'WARNING', 'ERROR'),
  // HTML standard, "valid email address", with a dot in the domain
  alarmEmail: matches(
    /^([\w.!#$%&'*+/=?^`{|}~-]+@[a-z0-9-]+(\.[a-z0-9-]+)+)?$/i,
    'one e-mail address, as ops@example.com, in ASCII, or empty for none'
  ),
  dailyCostAlarmUsd: matches(/^\d+(\.\d{1,2})?$/, 'dollars, as 50 or 7.50; 0 for no such alarm'),
  pythonBin: matches(/./, 'the name or the path of a Python 3'),
};

// Not CloudFormation's functions (!Ref AWS::NoValue), nor what osls has not resolved yet (${ssm:...}).
const isKnown = (value) => value != null && (typeof value !== 'object' || Array.isArray(value)) && !`${value}`.includes('${');

/** The parameters of a stage as text, by osls's precedence: those of the command line over the stage's over the defaults. */
function given(params, stage, commandLine = []) {
  const pairs = commandLine.map((each) => /^([^=]+)=(.+)$/s.exec(each)).filter(Boolean); // osls refuses the others itself
  const named = Object.fromEntries(pairs.map(([, name, text]) => [name, text.trimEnd()]));
  const all = Object.entries({ ...params.default, ...params[stage], ...named });
  return Object.fromEntries(all.filter(([, value]) => isKnown(value)).map(([name, value]) => [name, String(value)]));
}

/** What is wrong with a parameter by itself. */
function wrongAlone([name, text]) {
  if (!Object.hasOwn(RULES, name)) return [`There is no parameter ${name}. There are: ${Object.keys(RULES).join(', ')}.`];
  return RULES[name].accepts(text) ? [] : [`The parameter ${name} is "${text}". It has to be ${RULES[name].says}.`];
}

/** What is wrong with them together, and with the stage; each is right by itself. */
function* wrongTogether(parameters, service, stage, region) {
  const { capacityMinimum, capacityMaximum, kmsKeyArn, maximumConcurrency } = parameters;
  const reserved = Number(parameters.reservedConcurrency); // NaN where none is reserved; with 0, all stands still
  if (Number(capacityMinimum) > Number(capacityMaximum)) {
    yield `The parameter capacityMinimum (${capacityMinimum}) is more than capacityMaximum (${capacityMaximum}): ` +
      'lower it, or raise the other.';
  }
  if (stage !== 'local' && `${parameters.models},${parameters.categoryModels}`.includes('offline-reader')) {
    yield 'The parameter models names offline-reader, which only the emulated Bedrock of stage local knows.';
  }
  if (reserved > 0 && Number(maximumConcurrency) >= reserved) {
    yield `The parameter maximumConcurrency (${maximumConcurrency}) has to be less than reservedConcurrency (${reserved}), ` +
      'or new photos wait behind old ones: raise reservedConcurrency, or lower maximumConcurrency (to 2 at the least).';
  }
  if (!region) return; // not known yet
  const keyRegion = kmsKeyArn ? kmsKeyArn.split(':')[3] : region;
  if (keyRegion !== region) {
    yield `The parameter kmsKeyArn is a key of ${keyRegion}, but the service is deployed to ${region}: ` +
      'name a key of that region, as its bucket needs.';
  }
  // S3 user guide, bucket naming rules: 3 to 63 lower-case letters, digits and hyphens. An account's id has 12 digits.
  const room = 63 - `${service}--photos-123456789012-${region}`.length;
  if (stage.length > room || /[A-Z]/.test(stage)) {
    yield `The stage "${stage}" has to be at most ${room} lower-case letters, digits and hyphens in ${region}: ` +
      "it is part of the bucket's name, which S3 limits to 63.";
  }
}

module.exports = class Parameters {
  constructor(serverless, options) {
    const { Error: Refusal } = serverless.classes; // osls prints its message alone; of any other error, the stack
    const check = () => {
      const stage = options.stage ?? 'dev';
      const parameters = given(serverless.configurationInput.params, stage, options.param);
      const alone = Object.entries(parameters).flatMap(wrongAlone);
      const region = options.region ?? parameters.region;
      const wrong = alone.length ? alone : [...wrongTogether(parameters, serverless.service.service, stage, region)];
      if (wrong.length) throw new Refusal(wrong.join('\n'), 'PARAMETERS_REFUSED');
    };
    const findPython = () => {
      const { pythonBin } = serverless.service.custom.pythonRequirements;
      if (spawnSync(pythonBin, ['-m', 'pip', '--version']).status === 0) return;
      throw new Refusal(
        `The parameter pythonBin is "${pythonBin}", which is no Python with pip here. Name one: --param pythonBin=PATH`,
        'PARAMETERS_REFUSED'
      );
    };
    check(); // before osls meets the values
    this.hooks = {
      initialize: check, // again: by now all of them are resolved
      'before:package:createDeploymentArtifacts': findPython,
      'before:deploy:function:packageFunction': findPython,
    };
  }
};
