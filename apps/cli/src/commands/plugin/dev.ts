import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MarketplaceError, printable } from '@agentmesh/errors';
import type { IsolationLevel } from '@agentmesh/sandbox';
import type { PluginUnderTest } from '@agentmesh/sandbox/testing';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { inputFlag, readCallInput } from '../../call-input.js';
import { AgentmeshCommand } from '../../command.js';
import { environment } from '../../environment.js';
import { isolationFlag } from '../../isolation-flag.js';
import { callTimes } from '../../render/call-times.js';
import { errorBody, renderError } from '../../render/error.js';
import { jsonText } from '../../render/json.js';
import { PluginOutput } from '../../render/plugin-output.js';
import { style } from '../../render/style.js';
import { watchFolder } from '../../watch-folder.js';

/** `agentmesh plugin dev [DIR] FUNCTION` */
export default class PluginDev extends AgentmeshCommand {
  static override summary = 'Call a function of a plugin you work on, contained, again after each change of its files.';
  static override description =
    `Nothing has to be signed or installed. The plugin runs as it would once installed, but has none of the permissions its manifest asks for
unless --allow-permissions says so. With --json each run prints one line. Ctrl-C ends it.`;
  static override usage = '[DIR] FUNCTION [--input JSON|@FILE] [--allow-permissions] [--isolation LEVEL] [--json]';
  static override examples = [
    `<%= config.bin %> plugin dev validate --input '{"response":"short"}'`,
    '<%= config.bin %> plugin dev ./response-length-validator validate --input @answer.json',
  ];
  static override args = {
    dir: Args.string({ description: "the plugin's folder (default: this one)", required: true }),
    function: Args.string({ description: 'exported function to call' }),
  };
  static override flags = {
    input: inputFlag,
    isolation: isolationFlag,
    'allow-permissions': Flags.boolean({ description: 'grant what the manifest asks for: network, variables, files' }),
    timeout: Flags.integer({
      description: 'longest run in milliseconds',
      min: 1,
      max: 300_000,
      default: 30_000,
      helpValue: 'MS',
    }),
  };

  #ended: AbortSignal | undefined;

  async run(): Promise<{ runs: number }> {
    const { args, flags } = await this.parse(PluginDev);
    const [dir, name] = args.function === undefined ? ['.', args.dir] : [args.dir, args.function];
    const folder = await existingFolder(dir);
    const changes = watchFolder(folder);
    try {
      for (let runs = 1; ; runs += 1) {
        const change = changes.next();
        const signal = AbortSignal.any([this.#endSignal, abortedBy(change)]);
        await this.#call({ folder, name, ...flags, signal });
        const path = await Promise.race([change, aborted(this.#endSignal)]);
        if (path === undefined) return { runs };
        this.note(style('dim', `\n${printable(path)} changed`));
      }
    } finally {
      changes.close();
    }
  }

  /** Ctrl-C is how one leaves: no fault. A terminal that closes ends it as gently. */
  get #endSignal(): AbortSignal {
    if (this.#ended === undefined) {
      const end = new AbortController();
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => end.abort());
      this.#ended = end.signal;
    }
    return this.#ended;
  }

  /** One run on the files as they are; what goes wrong is shown, and the next change runs again. */
  async #call({ folder, name, ...how }: Run): Promise<void> {
    const output = new PluginOutput((line) => this.note(line));
    try {
      const input = await readCallInput(how.input);
      const { openPlugin } = await import('@agentmesh/sandbox/testing');
      await using plugin = await openPlugin(folder, {
        minimumIsolation: how.isolation,
        onLog: output.take,
        env: environment(),
        workspaceDir: process.cwd(),
        ...(how['allow-permissions'] ? {} : { grants: () => ({}) }),
      });
      if (!how['allow-permissions']) this.#notePermissions(plugin.manifest);
      const call = plugin.call(name, input, { timeoutMs: how.timeout, signal: how.signal });
      const answer = await call.finally(() => output.finish());
      this.#show('error' in answer ? { error: answer.error } : { result: answer.result });
      this.note(callTimes(answer));
    } catch (error) {
      if (how.signal.aborted) return;
      if (this.jsonEnabled()) this.#show(errorBody(error));
      else this.note(renderError(error));
    }
  }

  #show(answer: object): void {
    if (this.jsonEnabled()) process.stdout.write(`${jsonText(answer)}\n`);
    else this.log(jsonText(answer));
  }

  #notePermissions({ permissions = {} }: PluginUnderTest['manifest']): void {
    const asked = Object.keys(permissions);
    if (asked.length > 0)
      this.note(style('yellow', `Not granted: ${asked.join(', ')}. Grant with --allow-permissions`));
  }
}

interface Run {
  readonly folder: string;
  readonly name: string;
  readonly input: string;
  readonly isolation: IsolationLevel | undefined;
  readonly timeout: number;
  readonly 'allow-permissions': boolean;
  readonly signal: AbortSignal;
}

async function existingFolder(dir: string): Promise<string> {
  const folder = resolve(dir);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return folder;
  throw new MarketplaceError(`There is no folder ${printable(dir)}`, {
    code: 'FILE_NOT_FOUND',
    hint: 'Name the folder of the plugin, then the function: agentmesh plugin dev ./my-plugin validate',
  });
}

/** Aborted once a change comes: a run on old files is of no use. */
function abortedBy(change: Promise<unknown>): AbortSignal {
  const abort = new AbortController();
  const onChange = () => abort.abort();
  change.then(onChange, onChange);
  return abort.signal;
}

function aborted(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}
