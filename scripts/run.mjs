// What npm's scripts call: makes the virtual environment, then runs a step in it. Needs Node's own modules only, so that
// `npm start` works before anything is installed.
//
//   node scripts/run.mjs start|upload|smoke|operate|test|e2e|soak|stack|bench|record [ARGUMENTS OF THE STEP]

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join, relative } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const VENV = join(ROOT, '.venv');
const PLUGINS = 'requirements-plugins.txt';
const pythonOf = (venv) => (process.platform === 'win32' ? join(venv, 'Scripts', 'python.exe') : join(venv, 'bin', 'python'));
const PYTHONS = ['python3.11', 'python3.12', 'python3.13', 'python3.14', 'python3', 'python']; // Lambda's own first

// `apart`: tools that pin boto3 or botocore, each of which has an environment of its own, made of requirements-TOOL.txt.
const COMMANDS = {
  start: { requirements: 'requirements-local.txt', steps: (args) => [['local', '-m', 'local', ...args]], here: true },
  upload: { requirements: 'requirements-local.txt', steps: (args) => [['upload', '-m', 'operate', 'upload', ...args]], here: true },
  smoke: { requirements: 'requirements-local.txt', steps: (args) => [['smoke', '-m', 'operate', 'smoke', ...args]], here: true },
  operate: { requirements: 'requirements-local.txt', steps: (args) => [['operate', '-m', 'operate', ...args]], here: true },
  bench: { requirements: 'requirements-dev.txt', node: true, steps: (args) => [['bench', '-m', 'bench', ...args]] },
  record: { requirements: 'requirements-dev.txt', steps: (args) => [['record', '-m', 'tests.recordings.record', ...args]] },
  lock: { requirements: 'requirements-dev.txt', steps: (args) => [['lock', '-m', 'scripts.lock', ...args]] },
  audit: { requirements: 'requirements-dev.txt', steps: (args) => [['audit', '-m', 'scripts.audit', ...args]] },
  soak: { requirements: 'requirements-dev.txt', steps: (args) => [['soak', '-m', 'tests.soak', ...args]] },
  stack: { requirements: 'requirements-local.txt', apart: ['ministack'], node: true, steps: (args) => [['stack', '-m', 'tests.e2e', ...args]] },
  e2e: {
    requirements: 'requirements-dev.txt',
    apart: ['ministack'],
    node: true,
    steps: (args) => [['deployment', '-m', 'pytest', 'tests/e2e', ...args]],
  },
  test: {
    requirements: 'requirements-dev.txt',
    apart: ['checkov', 'ministack'],
    node: true, // the template is packaged by the tests, and deployed to an emulated AWS
    steps: (args) => [
      ['lint (ruff check)', '-m', 'ruff', 'check', '.'],
      ['format (ruff format)', '-m', 'ruff', 'format', '--check', '.'],
      ['types (mypy)', '-m', 'mypy'],
      ['directions of imports (import-linter)', '-c', 'from importlinter.cli import lint_imports_command as main; main()'],
      ['tests (pytest)', '-m', 'pytest', ...args],
    ],
  },
};

class Stop extends Error {} // a sentence for the person at the terminal

let interrupted = false; // by Ctrl-C: pip then ends as if it had failed

const say = (text) => console.error(text);

/** Runs a program in the foreground, in the project's folder unless another is named; answers its exit code, 128 + number if a signal ended it. */
function run(program, args, cwd = ROOT) {
  // The modules come from the project, whatever lies in the folder that the command is run in.
  const env = { ...process.env, PYTHONUTF8: '1', PYTHONPATH: ROOT, PYTHONSAFEPATH: '1' };
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: 'inherit', env });
    // A terminal sends Ctrl-C to the child as well; this process only has to outlive it, to pass its exit code on.
    const interrupt = () => {
      interrupted = true;
      return process.stdin.isTTY || child.killed || child.kill('SIGINT');
    };
    const terminate = () => child.kill('SIGTERM');
    process.on('SIGINT', interrupt).on('SIGTERM', terminate);
    child.once('error', (error) => reject(new Stop(`${program} can't be started: ${error.message}`)));
    child.once('exit', (code, signal) => {
      process.off('SIGINT', interrupt).off('SIGTERM', terminate);
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

async function must(program, args, complaint) {
  const code = await run(program, args);
  if (code && interrupted) process.exit(130); // nothing to explain
  if (code >= 128) process.exit(code);
  if (code) throw new Stop(`${complaint} (exit code ${code}; the lines above say why)`);
}

const works = (python, check) => spawnSync(python, ['-c', check], { stdio: 'ignore' }).status === 0;
const RECENT = 'import sys; sys.exit(sys.version_info < (3, 11))';

function findPython() {
  const recent = PYTHONS.filter((python) => works(python, RECENT));
  const complete = recent.find((python) => works(python, 'import ensurepip, venv'));
  if (complete) return complete;
  throw new Stop(
    recent.length
      ? `${recent[0]} can't make virtual environments. On Debian and Ubuntu: sudo apt install python3-venv`
      : 'No Python 3.11 or later was found. Install one (https://www.python.org/downloads/, or your package manager; on ' +
        'Debian and Ubuntu: sudo apt install python3 python3-venv), and run this again.'
  );
}

/** The requirements files that are read together with this one, itself included. */
function closure(file) {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [file, ...[...text.matchAll(/^-r\s+(\S+)/gm)].flatMap((match) => closure(match[1]))];
}

const digest = (files) =>
  files.reduce((hash, file) => hash.update(readFileSync(join(ROOT, file))), createHash('sha256')).digest('hex');

async function prepareEnvironment(requirements, venv = VENV) {
  const python = pythonOf(venv);
  const stampFile = join(venv, 'installed.json');
  const shown = relative(ROOT, venv);
  let stamp = {};
  try {
    stamp = JSON.parse(readFileSync(stampFile, 'utf8'));
  } catch {
    // no environment yet, or one that was never finished
  }
  if (stamp[requirements] === digest(closure(requirements)) && works(python, RECENT)) return;
  if (!works(python, `import pip; ${RECENT}`)) {
    const base = findPython();
    say(`Making a virtual environment in ${shown} with ${base} (once) ...`);
    rmSync(venv, { recursive: true, force: true });
    await must(base, ['-m', 'venv', venv], 'The virtual environment could not be made.');
  }
  say(`Installing ${requirements} into ${shown} (a minute or two the first time) ...`);
  await must(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements],
    'The Python packages could not be installed. Is the package registry reachable?'
  );
  for (const file of closure(requirements)) stamp[file] = digest(closure(file));
  writeFileSync(stampFile, JSON.stringify(stamp));
}

/** Installs the owner's own packages, in a run of pip of their own: beside hashes, pip takes no folder. */
async function preparePlugins() {
  const stampFile = join(VENV, 'plugins.sha256');
  const named = existsSync(join(ROOT, PLUGINS)) && /^\s*[^#\s]/m.test(readFileSync(join(ROOT, PLUGINS), 'utf8'));
  if (!named || (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === digest([PLUGINS]))) return;
  say(`Installing the packages of ${PLUGINS} ...`);
  const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', PLUGINS];
  await must(pythonOf(VENV), pip, `The packages of ${PLUGINS} could not be installed.`);
  writeFileSync(stampFile, digest([PLUGINS]));
}

async function prepareNodeModules() {
  const stamp = join(ROOT, 'node_modules', 'installed.sha256');
  const wanted = digest(['package-lock.json']);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing the packager (npm ci) ...');
  const complaint = 'The Node packages could not be installed. Is the package registry reachable?';
  const npm = process.env.npm_execpath; // npm's own script, when npm has called us
  await (npm ? must(process.execPath, [npm, 'ci'], complaint) : must('npm', ['ci'], complaint));
  writeFileSync(stamp, wanted);
}

async function main([name, ...args]) {
  const command = COMMANDS[name];
  if (!command) throw new Stop(`Say what to run: ${Object.keys(COMMANDS).join(', ')}.`);
  await prepareEnvironment(command.requirements);
  await preparePlugins();
  for (const tool of command.apart ?? []) {
    await prepareEnvironment(`requirements-${tool}.txt`, join(VENV, tool)); // inside, to be thrown away with the other
  }
  if (command.node) await prepareNodeModules();

  const steps = command.steps(args);
  const failed = [];
  for (const [title, ...python] of steps) {
    if (steps.length > 1) say(`\n=== ${title}`);
    const code = await run(pythonOf(VENV), python, (command.here && process.env.INIT_CWD) || ROOT); // npm's note of where it was called
    if (code >= 128) return code;
    if (code) failed.push([title, code]);
  }
  if (steps.length > 1) say(failed.length ? `\nFailed: ${failed.map(([title]) => title).join('; ')}` : '\nAll passed.');
  return failed[0]?.[1] ?? 0;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  say(error.message);
  process.exitCode = 1;
}
