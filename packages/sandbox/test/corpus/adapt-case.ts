import type { EscapeCase } from './escape-case.js';

/** A module of our ABI whose function `run` has this body; whatever else it holds goes before it. */
export function abiModule(body: string, more = ''): string {
  return `(module ${more}
  (memory (export "memory") 2)
  (func (export "agentmesh_abi") (result i32) (i32.const 1))
  (func $alloc (export "agentmesh_alloc") (param i32) (result i32) (i32.const 1024))
  (func $run (export "run") (param $at i32) (param $size i32) (result i64) ${body}))`;
}

/** A plugin that gives back its input. */
export const WASM_ECHO = abiModule(
  '(i64.or (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32)) (i64.extend_i32_u (local.get $size)))',
);

/** Cases that could not fail under our ABI as they are, and what stands in for each. */
const ADAPTED: Readonly<Record<string, Pick<EscapeCase, 'code' | 'format'>>> = {
  // Its module has an export without parameters and neither memory nor version: it is refused before it runs.
  'wasm-loop': { format: 'wat', code: abiModule('(loop $again (br $again)) (i64.const 0)') },
};

/** The case as it can be run here. */
export function adaptCase(attack: EscapeCase): EscapeCase {
  return { ...attack, ...ADAPTED[attack.id] };
}
