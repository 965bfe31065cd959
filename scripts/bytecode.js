'use strict';

// An osls plugin: adds bytecode to the zip, by scripts/bytecode.py. Lambda's disk is read-only: without it, every cold
// start compiles everything that is imported. Comes after serverless-python-requirements in `plugins`, which puts the
// dependencies into the zip.

const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

const run = (python, ...args) => spawnSync(python, args, { encoding: 'utf8' });

module.exports = class Bytecode {
  constructor(serverless, options, { log }) {
    const compile = () => {
      const { custom, functions, package: whole, provider } = serverless.service;
      const { runtime } = provider; // "python3.11", which is a command's name, too
      const isRuntime = `import sys; sys.exit(f"python{sys.version_info[0]}.{sys.version_info[1]}" != "${runtime}")`;
      const { pythonBin } = custom.pythonRequirements;
      const python = [pythonBin, runtime].find((each) => run(each, '-c', isRuntime).status === 0);
      if (!python) {
        log.warning(
          `The package holds no bytecode, so the function starts more slowly: neither ${pythonBin} nor ${runtime} is a ` +
            `Python of the function's version here. Name one: --param pythonBin=PATH`
        );
        return;
      }
      const artifact = whole.artifact ?? functions[options.function].package.artifact; // of `sls deploy function`
      const { stderr, status } = run(python, join(__dirname, 'bytecode.py'), artifact);
      if (status !== 0) throw new Error(`No bytecode could be added to the package: ${stderr}`);
    };
    this.hooks = {
      'after:package:createDeploymentArtifacts': compile,
      'after:deploy:function:packageFunction': compile,
    };
  }
};
