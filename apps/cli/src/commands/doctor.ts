import { printable } from '@agentmesh/errors';
import { AgentmeshCommand } from '../command.js';
import { type Diagnosis, diagnose } from '../doctor/diagnose.js';
import { ExitCode } from '../exit-codes.js';
import { style } from '../render/style.js';

const MARKS = { ok: ['green', '✓'], note: ['yellow', '!'], problem: ['red', '✗'] } as const;

/** `agentmesh doctor` */
export default class Doctor extends AgentmeshCommand {
  static override summary =
    'Look at the whole set-up: Node, keys, registry, installed plugins, and how well plugins are contained here.';
  static override examples = ['<%= config.bin %> doctor', '<%= config.bin %> doctor --json'];

  async run(): Promise<{ healthy: boolean; checks: readonly Diagnosis[] }> {
    await this.parse(Doctor);
    const checks = await diagnose(await this.compose());
    const healthy = checks.every((check) => check.state !== 'problem');
    for (const check of checks) {
      const [colour, mark] = MARKS[check.state];
      this.log(`${style(colour, mark, process.stdout)} ${check.name.padEnd(14)}${printable(check.message, 2_000)}`);
      if (check.hint !== undefined) this.log(`  ${' '.repeat(14)}${printable(check.hint, 500)}`);
    }
    if (!healthy) process.exitCode = ExitCode.failure;
    return { healthy, checks };
  }
}
