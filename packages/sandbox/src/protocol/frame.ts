/**
 * Protocol 2 on descriptor 3. Frames and their bodies:
 *
 * | kind | from | body |
 * |---|---|---|
 * | READY | guest | `{ protocol: 2, engine, … }`, once, before any plugin is in it |
 * | PLUGIN | host | `PreparedPlugin`: once (node, quickjs, wasm), or before every CALL (python) |
 * | CALL | host | `CallMessage` |
 * | LOG | guest | `LogMessage`, during a call, from engines whose processes serve several |
 * | FETCH | guest | `FetchMessage`, during a call that was granted the network; one at a time |
 * | FETCHED | host | `FetchedMessage`, the answer to it |
 * | RESULT | guest | JSON of the result; ends the call |
 * | ERROR | guest | instead of RESULT: `{ kind, message }` as `readError` has it |
 * | IDLE | guest | `{}`, after the answer, once a process that serves several calls can take the next |
 *
 * Between a long-lived process and the host there is FETCH alone, at any time, and FETCHED for each, in the same order.
 */
export const FrameKind = {
  ready: 1,
  call: 2,
  result: 3,
  error: 4,
  fetch: 5,
  fetched: 6,
  plugin: 7,
  idle: 8,
  log: 9,
} as const;

/** One of {@link FrameKind}. */
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** u32 big-endian length of the body, u8 kind, then the body: UTF-8 JSON. */
export interface Frame {
  readonly kind: FrameKind;
  readonly body: Uint8Array;
}

/** Bytes before a frame's body. */
export const FRAME_HEADER_BYTES = 5;

/** What READY has to name. */
export const PROTOCOL_VERSION = 2;
