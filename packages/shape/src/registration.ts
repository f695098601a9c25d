/** A skill to register. */
export interface SkillRegistration {
  /** Checked by the rules of agentskills.io; it becomes the name of a folder. */
  readonly name: string;
  /** Absolute path of its folder, inside the plugin's root. */
  readonly folder: string;
}

/** An MCP server to register, with every path and placeholder filled in. */
export type McpServer =
  | {
      readonly type: 'stdio';
      /** A bare name or an absolute path; never a shell line. */
      readonly command: string;
      readonly args?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      readonly cwd?: string;
    }
  | {
      readonly type: 'streamable-http' | 'sse';
      readonly url: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

/** A sub-agent to register. */
export interface Subagent {
  readonly name: string;
  readonly description: string;
  readonly prompt: string;
  /** Left out, the sub-agent has what its parent has. */
  readonly tools?: readonly string[];
  readonly model?: string;
}

/** A graph to register. */
export interface GraphRegistration {
  readonly name: string;
  /** What a runtime needs to find it, JSON-serialisable. */
  readonly value: Readonly<Record<string, unknown>>;
}

/** A text for a client's memory file. */
export interface MemoryBlock {
  /** Path of the file in the plugin that it comes from; with the plugin's name it says which block it is. */
  readonly from: string;
  readonly text: string;
}
