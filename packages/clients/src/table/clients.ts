import type { Client } from './client.js';

/**
 * The clients that plugins are brought into. This table is the one place that knows their folders, files and fields; each row names the
 * documents that it was taken from, as they read in November 2026.
 */
export const CLIENTS: readonly Client[] = [
  // code.claude.com/docs: skills, sub-agents, memory, mcp ("MCP installation scopes", "Environment variable expansion in .mcp.json").
  // A stdio entry has no field for a working folder.
  {
    id: 'claude',
    title: 'Claude Code',
    signs: { project: ['.claude', 'CLAUDE.md'], user: ['.claude', '.claude.json'] },
    project: {
      skills: '.claude/skills',
      memory: 'CLAUDE.md',
      mcp: { path: '.mcp.json', syntax: 'json', container: 'mcpServers' },
      subagents: { folder: '.claude/agents', extension: '.md', syntax: 'markdown', tools: 'comma' },
    },
    user: {
      skills: '.claude/skills',
      memory: '.claude/CLAUDE.md',
      mcp: { path: '.claude.json', syntax: 'json', container: 'mcpServers' },
      subagents: { folder: '.claude/agents', extension: '.md', syntax: 'markdown', tools: 'comma' },
    },
    dialect: {
      stdio: { type: 'stdio', command: 'command', args: 'args', env: 'env' },
      http: { type: 'http', url: 'url', headers: 'headers' },
      sse: { type: 'sse', url: 'url', headers: 'headers' },
      expands: /\$\{/,
    },
  },
  // developers.openai.com/codex: skills, guides/agents-md, subagents, mcp, config-reference; SSE: github.com/openai/codex/issues/2320.
  // A project's config.toml is read once the user trusts the project.
  {
    id: 'codex',
    title: 'OpenAI Codex',
    signs: { project: ['.codex'], user: ['.codex'] },
    project: {
      skills: '.agents/skills',
      memory: 'AGENTS.md',
      mcp: { path: '.codex/config.toml', syntax: 'toml', container: 'mcp_servers' },
      subagents: { folder: '.codex/agents', extension: '.toml', syntax: 'toml', tools: 'none' },
    },
    user: {
      skills: '.agents/skills',
      memory: '.codex/AGENTS.md',
      mcp: { path: '.codex/config.toml', syntax: 'toml', container: 'mcp_servers' },
      subagents: { folder: '.codex/agents', extension: '.toml', syntax: 'toml', tools: 'none' },
    },
    dialect: {
      stdio: { command: 'command', args: 'args', env: 'env', cwd: 'cwd' },
      http: { url: 'url', headers: 'http_headers' },
      sse: { absent: 'Codex speaks stdio and streamable HTTP only.' },
    },
  },
  // cursor.com/docs/context: skills, subagents, rules (AGENTS.md), mcp ("Config interpolation"). It finds out by itself whether a url
  // speaks streamable HTTP or SSE; the fields of a stdio server name no working folder.
  {
    id: 'cursor',
    title: 'Cursor',
    signs: { project: ['.cursor', '.cursorrules'], user: ['.cursor'] },
    project: {
      skills: '.cursor/skills',
      memory: 'AGENTS.md',
      mcp: { path: '.cursor/mcp.json', syntax: 'jsonc', container: 'mcpServers' },
      subagents: { folder: '.cursor/agents', extension: '.md', syntax: 'markdown', tools: 'none' },
    },
    user: {
      skills: '.cursor/skills',
      memory: { absent: "Rules for all projects live in the application's settings, in no file." },
      mcp: { path: '.cursor/mcp.json', syntax: 'jsonc', container: 'mcpServers' },
      subagents: { folder: '.cursor/agents', extension: '.md', syntax: 'markdown', tools: 'none' },
    },
    dialect: {
      stdio: { type: 'stdio', command: 'command', args: 'args', env: 'env' },
      http: { url: 'url', headers: 'headers' },
      sse: { url: 'url', headers: 'headers' },
      expands: /\$\{/,
    },
  },
  // docs.github.com/copilot: about-agent-skills, custom-agents-configuration, add-repository-instructions, and for the CLI
  // customize-copilot/add-mcp-servers (per repository .github/mcp.json; `tools` is required; ${VAR} is expanded).
  {
    id: 'copilot',
    title: 'GitHub Copilot',
    signs: {
      project: ['.github/copilot-instructions.md', '.github/skills', '.github/agents', '.github/mcp.json'],
      user: ['.copilot'],
    },
    project: {
      skills: '.github/skills',
      memory: '.github/copilot-instructions.md',
      mcp: { path: '.github/mcp.json', syntax: 'json', container: 'mcpServers' },
      subagents: {
        folder: '.github/agents',
        extension: '.agent.md',
        syntax: 'markdown',
        tools: 'list',
        emptyTools: true,
      },
    },
    user: {
      skills: '.copilot/skills',
      memory: '.copilot/copilot-instructions.md',
      mcp: { path: '.copilot/mcp-config.json', syntax: 'json', container: 'mcpServers' },
      subagents: {
        folder: '.copilot/agents',
        extension: '.agent.md',
        syntax: 'markdown',
        tools: 'list',
        emptyTools: true,
      },
    },
    dialect: {
      stdio: { type: 'stdio', command: 'command', args: 'args', env: 'env', cwd: 'cwd' },
      http: { type: 'http', url: 'url', headers: 'headers' },
      sse: { type: 'sse', url: 'url', headers: 'headers' },
      always: { tools: ['*'] },
      expands: /\$/,
    },
  },
  // geminicli.com/docs: cli/using-agent-skills, cli/gemini-md, core/subagents, tools/mcp-server ("httpUrl" is streamable HTTP, "url" SSE;
  // $VAR and ${VAR} are expanded). Settings may hold comments.
  {
    id: 'gemini',
    title: 'Gemini CLI',
    signs: { project: ['.gemini', 'GEMINI.md'], user: ['.gemini'] },
    project: {
      skills: '.gemini/skills',
      memory: 'GEMINI.md',
      mcp: { path: '.gemini/settings.json', syntax: 'jsonc', container: 'mcpServers' },
      subagents: { folder: '.gemini/agents', extension: '.md', syntax: 'markdown', tools: 'list' },
    },
    user: {
      skills: '.gemini/skills',
      memory: '.gemini/GEMINI.md',
      mcp: { path: '.gemini/settings.json', syntax: 'jsonc', container: 'mcpServers' },
      subagents: { folder: '.gemini/agents', extension: '.md', syntax: 'markdown', tools: 'list' },
    },
    dialect: {
      stdio: { command: 'command', args: 'args', env: 'env', cwd: 'cwd' },
      http: { url: 'httpUrl', headers: 'headers' },
      sse: { url: 'url', headers: 'headers' },
      expands: /\$/,
    },
  },
];
