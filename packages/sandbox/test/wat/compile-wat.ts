import wabt from 'wabt';

const assembler = wabt();

/** The module that a text in WebAssembly's text format describes; the same bytes for the same text. */
export async function compileWat(text: string, name = 'module.wat'): Promise<Uint8Array> {
  const { parseWat } = await assembler;
  const module = parseWat(name, text, { bulk_memory: true, mutable_globals: true });
  try {
    return module.toBinary({ write_debug_names: true }).buffer;
  } finally {
    module.destroy();
  }
}
