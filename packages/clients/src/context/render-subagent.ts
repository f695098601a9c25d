import type { Subagent } from '@agentmesh/shape';
import { formatTomlTable } from '../edit/toml-table.js';
import type { SubagentPlace } from '../table/client.js';

/** The file of a sub-agent: markdown with front matter, or Codex's TOML. No value can leave its field. */
export function renderSubagent(agent: Subagent, place: SubagentPlace): string {
  const { name, description, prompt, tools, model } = agent;
  if (place.syntax === 'toml') {
    const [, ...lines] = formatTomlTable('', {
      name,
      description,
      ...(model === undefined ? {} : { model }),
      developer_instructions: prompt,
    }).split('\n');
    return `${lines.join('\n')}\n`;
  }
  const fields = [
    `name: ${yamlString(name)}`,
    `description: ${yamlString(description)}`,
    ...(tools === undefined ? [] : [`tools: ${toolsOf(tools, place)}`]),
    ...(model === undefined ? [] : [`model: ${yamlString(model)}`]),
  ];
  return `---\n${fields.join('\n')}\n---\n\n${prompt.replace(/\n*$/, '\n')}`;
}

/** Says why a sub-agent cannot be written down; undefined when it can. */
export function checkSubagent({ name, description, prompt, tools = [], model = '' }: Subagent): string | undefined {
  const texts = [name, description, prompt, model, ...tools];
  if (texts.some((text) => /[\0-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]/u.test(text)))
    return 'it has control characters';
  if (tools.some((tool) => !/^[\w*:.()/ -]+$/.test(tool))) return 'a tool has a name that no client could take';
  return undefined;
}

function toolsOf(tools: readonly string[], place: SubagentPlace): string {
  return place.tools === 'comma' ? yamlString(tools.join(', ')) : `[${tools.map(yamlString).join(', ')}]`;
}

/** A JSON string is a double-quoted scalar of YAML 1.2, but for characters that YAML holds to be unprintable. */
function yamlString(text: string): string {
  return JSON.stringify(text).replace(
    /[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
