import type { Driver } from './drivers/driver.js';
import { createPlainDriver } from './drivers/plain.js';
import { createEngines, type GetEngine } from './engines/create-engines.js';
import type { EngineId } from './engines/engine.js';
import { chooseDriver } from './isolation/choose-driver.js';
import { defaultMinimum } from './isolation/default-minimum.js';
import { type Isolation, type IsolationLevel, type MissingMechanism, meetsIsolation } from './isolation/isolation.js';
import { testProcess } from './isolation/test-process.js';
import { PluginSandboxError } from './plugin-sandbox-error.js';
import type { SandboxLimits } from './sandbox-limits.js';
import type { PluginSandboxOptions } from './sandbox-options.js';

/** What this machine runs plugins with. */
export interface Setup {
  readonly engine: GetEngine;
  /** Of the strongest level that may be used, tried live. */
  isolation(): Promise<Isolation>;
  /**
   * The level at which an engine runs here.
   *
   * @param plugin named in the message
   * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` below the minimum
   */
  levelFor(id: EngineId, plugin: string): IsolationLevel;
  /** The driver for what {@link Setup.levelFor} answered. */
  driverFor(level: IsolationLevel): Driver;
}

/**
 * Finds out what there is. A level that is too low is no fault here: not every engine needs the same.
 *
 * @throws PluginSandboxError `SANDBOX_UNAVAILABLE` when Node cannot be started
 */
export async function createSetup(options: PluginSandboxOptions, limits: SandboxLimits): Promise<Setup> {
  const { nodePath = process.execPath, pythonPath, isolation, minimumIsolation = defaultMinimum() } = options;
  const minimum = isolation ?? minimumIsolation;
  const [engine, { driver, mechanisms, missing }] = await Promise.all([
    createEngines({ nodePath, pythonPath, memoryBytes: limits.memoryBytes }),
    chooseDriver(options.cgroups === true ? { cgroups: true } : {}),
  ]);
  const plain = { language: createPlainDriver('language'), process: createPlainDriver('process') };
  const isBoxed =
    meetsIsolation(driver.level, 'os-basic') && (isolation === undefined || meetsIsolation(isolation, 'os-basic'));
  const levelOf = (id: EngineId): IsolationLevel => {
    if (isBoxed) return driver.level;
    const { levels } = engine(id, limits.memoryBytes).capabilities;
    return isolation === 'process' || !levels.includes('language') ? 'process' : 'language';
  };
  const unboxed = isolation === 'process' ? 'process' : 'language';
  return {
    engine,
    isolation: async () => {
      if (isBoxed) return { level: driver.level, mechanisms, missing };
      const tested = await testProcess(
        plain[unboxed],
        engine(unboxed === 'process' ? 'node' : 'quickjs', limits.memoryBytes),
      );
      return { ...tested, missing: [...missing, ...tested.missing] };
    },
    levelFor(id, plugin) {
      const level = levelOf(id);
      if (!meetsIsolation(level, minimum)) throw unavailable({ id, plugin, level, minimum, missing });
      return level;
    },
    driverFor: (level) => (level === 'language' || level === 'process' ? plain[level] : driver),
  };
}

interface Shortfall {
  readonly id: EngineId;
  readonly plugin: string;
  readonly level: IsolationLevel;
  readonly minimum: IsolationLevel;
  readonly missing: readonly MissingMechanism[];
}

/** Says what is missing and what to do about it; a lesser level is the last thing to offer. */
function unavailable({ id, plugin, level, minimum, missing }: Shortfall): PluginSandboxError {
  const reasons = missing.map(({ mechanism, reason }) => `${mechanism} (${reason})`).join(', ');
  const because = reasons === '' ? '' : `; missing: ${reasons}`;
  const fixes = missing.map(({ fix }) => fix);
  const accept = `accept the lesser level on purpose (option minimumIsolation: '${level}', or --isolation ${level})`;
  const inLanguage =
    'At the level language only the engines quickjs and wasm run, which contain a plugin by themselves';
  return new PluginSandboxError(
    `Isolation ${minimum} is required for plugin ${plugin}, and ${level} is what there is for the engine ${id}${because}`,
    {
      code: 'SANDBOX_UNAVAILABLE',
      hint:
        minimum === 'language' ? `${inLanguage}; otherwise ${accept}.` : `${[...fixes, `Or ${accept}`].join('. ')}.`,
    },
  );
}
