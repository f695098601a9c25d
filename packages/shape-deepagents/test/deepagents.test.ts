import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSubagents, readSubagents } from '@agentmesh/shape-deepagents';
import { type PluginFiles, stagePlugin, writePluginFiles } from '@agentmesh/testkit';
import { AIMessage } from '@langchain/core/messages';
import { fakeModel } from '@langchain/core/testing';
import { type StructuredTool, tool } from '@langchain/core/tools';
import { createDeepAgent } from 'deepagents';
import { describe, expect, it, onTestFinished } from 'vitest';

const FILES: PluginFiles = {
  'agents/counter.md':
    '---\nname: counter\ndescription: Counts words.\ntools: count, absent\nmodel: tiny\nskills: skills/notes, ../../etc\n---\nYou count words, and say nothing else.\n',
  'skills/notes/SKILL.md': '---\nname: notes\ndescription: Takes notes.\n---\nDo it.\n',
};

async function stage() {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'deepagents-')));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await writePluginFiles(root, FILES);
  return stagePlugin(root);
}

const counted: string[] = [];
// Its types leave open what the package's own types want.
const count = tool(
  ({ text }: { text: string }) => {
    counted.push(text);
    return String(text.split(' ').length);
  },
  {
    name: 'count',
    description: 'Counts the words of a text',
    schema: { type: 'object', properties: { text: { type: 'string' } } },
  },
) as unknown as StructuredTool;

describe('the sub-agents of a plugin', () => {
  it('have the tools that there are, the skills of their plugin, and no model that the host did not choose', async () => {
    const plugin = await stage();
    const { subagents: read } = await readSubagents(plugin);
    const { subagents, findings } = createSubagents(plugin, read, { tools: new Map([['count', count]]) });
    expect(subagents).toEqual([
      {
        name: 'counter',
        description: 'Counts words.',
        systemPrompt: 'You count words, and say nothing else.',
        tools: [count],
        skills: [join(plugin.root, 'skills/notes')],
      },
    ]);
    expect(findings.map(({ code }) => code)).toEqual(['tool-unknown', 'skills-missing']);
    const chosen = createSubagents(plugin, read, { modelFor: (name) => `host:${name}` });
    expect(chosen.subagents[0]).toMatchObject({ model: 'host:tiny', tools: [] });
  });

  it('are delegated to by a real deep agent', async () => {
    const plugin = await stage();
    const { subagents: read } = await readSubagents(plugin);
    const { subagents } = createSubagents(plugin, read, { tools: new Map([['count', count]]) });
    const delegation = {
      name: 'task',
      args: { description: 'Count: one two three', subagent_type: 'counter' },
      id: 'call-1',
    };
    const call = { name: 'count', args: { text: 'one two three' }, id: 'call-2' };
    // The parent delegates, the sub-agent uses its tool and answers, the parent says so.
    const model = fakeModel()
      .respondWithTools([delegation])
      .respondWithTools([call])
      .respond(new AIMessage('There are 3.'))
      .respond(new AIMessage('The counter says: 3.'));
    const agent = createDeepAgent({ model, subagents: subagents.map(({ skills: _, ...rest }) => rest) });
    const { messages } = await agent.invoke({ messages: [{ role: 'user', content: 'How many words?' }] });
    expect(counted).toEqual(['one two three']);
    expect(messages.map(({ text }) => text).slice(2)).toEqual(['There are 3.', 'The counter says: 3.']);
    const asked = model.calls.map(({ messages: sent }) => sent.map(({ text }) => text).join('\n'));
    expect(asked[1]).toContain('You count words, and say nothing else.');
  });
});
