'use strict';

// The configured models: as the function's environment names them, and as its role may call them.

const arn = (region, account, resource) => ({
  'Fn::Sub': `arn:\${AWS::Partition}:bedrock:${region}:${account}:${resource}`,
});
const allow = (resource, condition) => ({
  Effect: 'Allow',
  Action: 'bedrock:InvokeModel',
  Resource: resource,
  ...(condition && { Condition: { StringEquals: condition } }),
});

const HERE = '${AWS::Region}';
const ACCOUNT = '${AWS::AccountId}';
const PROFILE = /^([a-z-]+)\.(anthropic\..+)$/; // a geography before a model's id

/** The statements that let one model be called (Bedrock user guide, prerequisites of inference profiles). */
function statements(model) {
  const [, geography, name] = PROFILE.exec(model) ?? [];
  if (!geography) return [allow(arn(HERE, '', `foundation-model/${model}`))];

  const profile = arn(HERE, ACCOUNT, `inference-profile/${model}`);
  const byProfile = { 'bedrock:InferenceProfileArn': profile };
  const foundation = `foundation-model/${name}`;
  const requestedHere = { 'aws:RequestedRegion': { Ref: 'AWS::Region' } };
  if (geography === 'global') {
    return [
      allow(profile, requestedHere),
      allow(arn(HERE, '', foundation), { ...requestedHere, ...byProfile }),
      allow(arn('', '', foundation), { 'aws:RequestedRegion': 'unspecified', ...byProfile }),
    ];
  }
  // Which regions of the geography a profile leads to is Bedrock's to say, and changes: any, but only by this profile.
  return [allow(profile), allow(arn('*', '', foundation), byProfile)];
}

const asList = (value) =>
  (Array.isArray(value) ? value : String(value ?? '').split(',')).map((model) => model.trim()).filter(Boolean);

module.exports = async ({ resolveVariable }) => {
  const models = asList(await resolveVariable('param:models'));
  const categoryModels = asList(await resolveVariable('param:categoryModels'));
  return {
    models: models.join(','),
    categoryModels: (categoryModels.length ? categoryModels : models).join(','),
    statements: [...new Set([...models, ...categoryModels])].flatMap(statements),
  };
};
