import { build } from 'esbuild';

/** A graph of LangGraph in one file, as an author would ship it: `words` counts words in two steps. What Node alone has is left empty. */
export async function bundleGraph(): Promise<string> {
  const contents = `import { Annotation, END, START, StateGraph } from '@langchain/langgraph/web';
    const State = Annotation.Root({ text: Annotation(), count: Annotation({ reducer: (a, b) => a + b, default: () => 0 }) });
    export const words = new StateGraph(State)
      .addNode('split', ({ text }) => ({ count: text.split(' ').length }))
      .addNode('more', () => ({ count: 100 }))
      .addEdge(START, 'split').addEdge('split', 'more').addEdge('more', END).compile();`;
  const nothing = 'module.exports = new Proxy({}, { get: () => undefined });';
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    format: 'esm',
    platform: 'browser',
    minify: true,
    write: false,
    plugins: [
      {
        name: 'nothing-of-node',
        setup({ onLoad, onResolve }) {
          onResolve({ filter: /^node:/ }, ({ path }) => ({ path, namespace: 'nothing' }));
          onLoad({ filter: /.*/, namespace: 'nothing' }, () => ({ contents: nothing }));
        },
      },
    ],
  });
  return outputFiles[0]?.text ?? '';
}
