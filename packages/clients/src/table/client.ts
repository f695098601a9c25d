/** What a client has no place for, and why. */
export interface Absent {
  readonly absent: string;
}

/** Where one client keeps things in one scope; paths are relative to the project or to the home folder, `/`-separated. */
export interface ClientPlaces {
  /** The folder that holds one folder a skill. */
  readonly skills: string;
  readonly memory: string | Absent;
  readonly mcp: McpPlace;
  readonly subagents: SubagentPlace;
}

/** The file that lists MCP servers. */
export interface McpPlace {
  readonly path: string;
  readonly syntax: 'json' | 'jsonc' | 'toml';
  /** The member or table that holds one entry a server. */
  readonly container: string;
}

/** The folder that holds one file a sub-agent, and how such a file looks. */
export interface SubagentPlace {
  readonly folder: string;
  /** With the dot: `.md`. */
  readonly extension: string;
  readonly syntax: 'markdown' | 'toml';
  /** How the names of tools are listed; `none` where a file cannot name them. */
  readonly tools: 'comma' | 'list' | 'none';
  /** Set where an empty list is documented to mean no tools; elsewhere it might mean all. */
  readonly emptyTools?: true;
}

/** What a client calls the fields of a server; a field without a name here is one that the client does not have. */
export interface McpDialect {
  readonly stdio: {
    readonly command: string;
    readonly args: string;
    readonly env: string;
    readonly cwd?: string;
    readonly type?: string;
  };
  readonly http: RemoteFields | Absent;
  readonly sse: RemoteFields | Absent;
  /** Fields that every entry must have. */
  readonly always?: Readonly<Record<string, readonly string[]>>;
  /** Values in which the client would put variables of the user's environment; a plugin's value that matches is refused. */
  readonly expands?: RegExp;
}

/** The fields of a server that is reached over the network. */
export interface RemoteFields {
  readonly url: string;
  readonly headers: string;
  readonly type?: string;
}

/** One agent that people use, as far as plugins are brought into it. */
export interface Client {
  readonly id: string;
  readonly title: string;
  /** Files and folders that show that it is in use. */
  readonly signs: { readonly project: readonly string[]; readonly user: readonly string[] };
  readonly project: ClientPlaces;
  readonly user: ClientPlaces;
  readonly dialect: McpDialect;
}

/** Whether things go into a project's folder or into the user's own. */
export type ClientScope = 'project' | 'user';
