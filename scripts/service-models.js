'use strict';

// An osls plugin: of what botocore knows of AWS, the package keeps the operations in `custom.operations` of serverless.yml.
//
// botocore parses the whole description of a service before its first call: 1.6 MB of JSON for the four that we call, of
// which the function uses a handful of operations. The work is done where serverless-python-requirements has installed
// the packages, before it puts them into the zip; so it comes after that plugin in `plugins`. Endpoints are left as
// they are: the rule sets, the partitions and, of our services, endpoints.json.

const { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { gunzipSync, gzipSync } = require('node:zlib');

const KEPT = /^(service-2\.|endpoint-rule-set-1\.)/; // no paginators, waiters or examples

/** The names of the shapes that a part of a description refers to. */
function* shapesIn(part) {
  if (part === null || typeof part !== 'object') return;
  if (typeof part.shape === 'string') yield part.shape;
  for (const each of Object.values(part)) yield* shapesIn(each);
}

/** The shapes of `all` that `part` needs, with those that they need. */
function reached(part, all, found = {}) {
  for (const name of shapesIn(part)) {
    if (name in found) continue;
    found[name] = all[name];
    reached(all[name], all, found);
  }
  return found;
}

const pick = (from, names) => Object.fromEntries(names.filter((name) => name in from).map((name) => [name, from[name]]));
// A member may be called so as well, but then it's an object.
const isProse = (key, value) => key === 'documentation' && typeof value === 'string';
const undocumented = (part) => JSON.parse(JSON.stringify(part), (key, value) => (isProse(key, value) ? undefined : value));

/** The description of a service with these operations alone. */
function trimmed(model, service, operations) {
  const unknown = operations.filter((name) => !(name in model.operations));
  if (unknown.length) {
    throw new Error(`custom.operations names ${unknown.join(', ')}, which botocore's ${service} doesn't have.`);
  }
  const kept = pick(model.operations, operations);
  return { ...model, operations: undocumented(kept), shapes: undocumented(reached(kept, model.shapes)) };
}

function trimService(folder, service, operations) {
  const [latest, ...older] = readdirSync(folder).sort().reverse(); // a folder a version, named by its date
  older.forEach((version) => rmSync(join(folder, version), { recursive: true }));
  for (const name of readdirSync(join(folder, latest))) {
    if (!KEPT.test(name)) rmSync(join(folder, latest, name));
  }
  const file = join(folder, latest, 'service-2.json.gz');
  const model = trimmed(JSON.parse(gunzipSync(readFileSync(file))), service, operations);
  writeFileSync(file, gzipSync(JSON.stringify(model), { level: 9 }));
}

function trim(data, operations) {
  const services = Object.keys(operations);
  const absent = services.filter((service) => !existsSync(join(data, service)));
  if (absent.length) throw new Error(`custom.operations names ${absent.join(', ')}, which botocore doesn't know.`);
  for (const entry of readdirSync(data, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const folder = join(data, entry.name);
    if (services.includes(entry.name)) trimService(folder, entry.name, operations[entry.name]);
    else rmSync(folder, { recursive: true });
  }
  const file = join(data, 'endpoints.json');
  const endpoints = JSON.parse(readFileSync(file));
  for (const partition of endpoints.partitions) partition.services = pick(partition.services, services);
  writeFileSync(file, JSON.stringify(endpoints));
}

module.exports = class ServiceModels {
  constructor(serverless) {
    const run = () => {
      const data = join(serverless.serviceDir, '.serverless', 'requirements', 'botocore', 'data');
      if (existsSync(data)) trim(data, serverless.service.custom.operations); // else requirements.txt has no botocore
    };
    this.hooks = { 'before:package:createDeploymentArtifacts': run, 'before:deploy:function:packageFunction': run };
  }
};
