'use strict';

// An osls plugin: packs the owner's own packages, which requirements-plugins.txt names. requirements.txt holds hashes, and
// pip then refuses whatever has none, as a folder. So each is made a wheel, and its hash, taken here, stands in the file
// that serverless-python-requirements is given: one run of pip installs all, and refuses what neither file foresees.
// Comes before serverless-python-requirements in `plugins`.

const { spawnSync } = require('node:child_process');
const { createHash } = require('node:crypto');
const { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');

const OWN = 'requirements-plugins.txt';
const ALL = join('.serverless', 'requirements-all.txt');

const linesOf = (text) => text.split(/\r?\n/).filter((line) => line.trim() && !line.trim().startsWith('#'));

/** The paths of the wheels that pip makes of the packages in a requirements file. */
function wheels(python, serviceDir, folder) {
  rmSync(folder, { recursive: true, force: true }); // of an earlier run
  const wheel = ['-m', 'pip', 'wheel', '--quiet', '--disable-pip-version-check', '--no-deps', '--wheel-dir', folder, '-r', OWN];
  const { status, stderr, error } = spawnSync(python, wheel, { cwd: serviceDir, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The packages of ${OWN} can't be packed: ${error?.message ?? stderr.trim()}`);
  return readdirSync(folder).map((name) => join(folder, name));
}

const hashed = (path) => `${pathToFileURL(path)} --hash=sha256:${createHash('sha256').update(readFileSync(path)).digest('hex')}`;

module.exports = class PluginPackages {
  constructor(serverless) {
    const prepare = () => {
      const { serviceDir } = serverless;
      const options = serverless.service.custom.pythonRequirements;
      const own = join(serviceDir, OWN);
      if (!existsSync(own) || linesOf(readFileSync(own, 'utf8')).length === 0) return;
      const made = wheels(options.pythonBin, serviceDir, join(serviceDir, '.serverless', 'plugins'));
      const locked = readFileSync(join(serviceDir, 'requirements.txt'), 'utf8');
      writeFileSync(join(serviceDir, ALL), [locked.trimEnd(), ...made.map(hashed), ''].join('\n'));
      options.fileName = ALL;
    };
    this.hooks = { 'before:package:createDeploymentArtifacts': prepare, 'before:deploy:function:packageFunction': prepare };
  }
};
