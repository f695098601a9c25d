import { rolldown } from 'rolldown';

const ENTRY = '\0graph';
const SOURCE = `import { Annotation, END, START, StateGraph } from '@langchain/langgraph/web';
const State = Annotation.Root({ text: Annotation(), count: Annotation({ reducer: (a, b) => a + b, default: () => 0 }) });
export const words = new StateGraph(State)
  .addNode('split', ({ text }) => ({ count: text.split(' ').length }))
  .addNode('more', () => ({ count: 100 }))
  .addEdge(START, 'split').addEdge('split', 'more').addEdge('more', END).compile();
`;
/** In the place of what Node alone has. */
const NOTHING = 'module.exports = new Proxy({}, { get: () => undefined });';

/** A graph of LangGraph in one file, as an author would ship it: `words` counts words in two steps. */
export async function bundleGraph(): Promise<string> {
  const bundled = await rolldown({
    input: ENTRY,
    platform: 'browser',
    logLevel: 'silent',
    plugins: [
      {
        name: 'graph',
        async resolveId(id) {
          if (id === ENTRY) return id;
          if (id.startsWith('node:')) return `\0nothing:${id}`;
          return id.startsWith('@langchain/langgraph') ? this.resolve(id, import.meta.filename) : null;
        },
        load: (id) =>
          id === ENTRY ? SOURCE : id.startsWith('\0nothing:') ? { code: NOTHING, moduleType: 'js' } : null,
      },
    ],
  });
  const { output } = await bundled.generate({ format: 'esm', codeSplitting: false, minify: true });
  await bundled.close();
  return output[0].code;
}
