'use strict';

// The retry queue's share of the concurrency has to leave room for new photos, or they wait behind the old ones.

module.exports = async ({ resolveVariable }) => {
  const reserved = Number(await resolveVariable('param:reservedConcurrency')); // not a number where none is reserved
  const maximum = Number(await resolveVariable('param:maximumConcurrency'));
  if (maximum >= reserved) {
    throw new Error(
      `maximumConcurrency (${maximum}) has to be less than reservedConcurrency (${reserved}): raise reservedConcurrency, ` +
        'or lower maximumConcurrency (to 2 at the least).'
    );
  }
  return { maximumConcurrency: maximum };
};
