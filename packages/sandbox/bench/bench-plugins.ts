import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { digestTree } from '@agentmesh/artifact';
import { createManifest, PluginType, saveManifest } from '@agentmesh/manifest';

const JAVASCRIPT = `exports.validate = (input) => {
  const words = input.response.split(/\\s+/).filter(Boolean).length;
  return { result: { valid: words <= input.max_words, word_count: words } };
};
exports.loop = () => { for (;;); };
exports.hoard = () => { const all = []; for (;;) all.push(new Array(1e4).fill(Math.random())); };`;

const PYTHON = `def validate(input_data: dict) -> dict:
    words = len(input_data["response"].split())
    return {"result": {"valid": words <= input_data["max_words"], "word_count": words}}
def loop(input):
    while True:
        pass
def hoard(input):
    held = []
    while True:
        held.append(bytearray(b"x") * (1 << 20))
`;

const WASM = new URL('../../../examples/plugins/word-count-wasm/word_count_wasm.wasm', import.meta.url);
const NAMES = { node: 'bench-node', quickjs: 'bench-quickjs', python: 'bench-python', wasm: 'bench-wasm' } as const;

/** Installs the same validator for each engine, and for wasm the example that counts words; gives the names. */
export async function installBenchPlugins(pluginsDir: string): Promise<typeof NAMES> {
  const files = {
    node: ['index.cjs', JAVASCRIPT],
    quickjs: ['index.cjs', JAVASCRIPT],
    python: ['bench_python.py', PYTHON],
    wasm: ['bench_wasm.wasm', await readFile(WASM)],
  } as const;
  for (const engine of ['node', 'quickjs', 'python', 'wasm'] as const) {
    const name = NAMES[engine];
    const root = join(pluginsDir, name);
    const [entry, content] = files[engine];
    await mkdir(root);
    await writeFile(join(root, entry), content);
    const fields = {
      name,
      version: '1.0.0',
      description: 'Bench',
      author: 'nobody',
      plugin_type: PluginType.validator,
    };
    const chosen = engine === 'node' || engine === 'quickjs' ? { engine } : {};
    await saveManifest(createManifest({ ...fields, ...chosen, entry, content_digest: await digestTree(root) }), root);
  }
  return NAMES;
}
