'use strict';

// What the guest can prove about its box before it takes a call. The host refuses to call a guest that proves less.

const LAUNCHER_LEFTOVERS = new Set(['OLDPWD', 'PWD', 'SHLVL', '_', '__CF_USER_TEXT_ENCODING']);
const WINDOWS_ESSENTIALS = new Set(['SYSTEMROOT', 'TEMP']);
const SCOPES = ['fs.read', 'fs.write', 'child', 'worker', 'wasi', 'addon', 'inspector', 'ffi'];

/** The names of the checks that hold, comma-separated. */
function selfCheck() {
  const passed = [];
  if (permissionsDenied()) passed.push('permission-model');
  if (codeGenerationDenied()) passed.push('no-code-generation');
  if (environmentEmptied()) passed.push('empty-environment');
  return passed.join(',');
}

function permissionsDenied() {
  const { permission } = process;
  return permission !== undefined && SCOPES.every((scope) => !permission.has(scope));
}

function codeGenerationDenied() {
  try {
    new Function('return 1')();
    return false;
  } catch (error) {
    return error instanceof EvalError;
  }
}

/** A shell that launched this process may have left its own few variables; they go. Anything else is a fault. */
function environmentEmptied() {
  const known = process.platform === 'win32' ? WINDOWS_ESSENTIALS : LAUNCHER_LEFTOVERS;
  return Object.keys(process.env).every((name) => {
    if (process.platform !== 'win32') delete process.env[name];
    return known.has(process.platform === 'win32' ? name.toUpperCase() : name);
  });
}

module.exports = { selfCheck };
