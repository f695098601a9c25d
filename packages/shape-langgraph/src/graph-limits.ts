/** The limits of graphs; all are ours. */
export const GRAPH_LIMITS: Readonly<{
  /** Bytes of `langgraph.json`. */
  fileBytes: number;
  graphs: number;
  /** Characters. */
  idLength: number;
}> = Object.freeze({ fileBytes: 65_536, graphs: 100, idLength: 64 });
