'use strict';

// What the parameter kmsKeyArn changes: AWS's own keys without it, the customer's key with it.

const ABSENT = { Ref: 'AWS::NoValue' };
const ALGORITHM = 's3:x-amz-server-side-encryption';
const KEY = 's3:x-amz-server-side-encryption-aws-kms-key-id';

module.exports = async ({ resolveVariable }) => {
  const key = await resolveVariable('param:kmsKeyArn');
  if (!key) {
    return {
      keyArn: ABSENT,
      sqsManagedKey: true,
      policy: ABSENT,
      otherKey: { Null: { [KEY]: 'false' } },
    };
  }
  return {
    keyArn: key,
    sqsManagedKey: ABSENT,
    // Decrypt photos, messages and the environment; encrypt messages.
    policy: {
      PolicyName: 'key',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: key }],
      },
    },
    // An upload that asks for aws:kms and names no key gets AWS's own key, not the bucket's (S3 API reference, PutObject).
    otherKey: { StringNotEquals: { [KEY]: key }, Null: { [ALGORITHM]: 'false' } },
  };
};
