/** Kinds of frames: the guest sends READY, the host one CALL, the guest one RESULT or ERROR. */
export const FrameKind = { ready: 1, call: 2, result: 3, error: 4 } as const;

/** One of {@link FrameKind}. */
export type FrameKind = (typeof FrameKind)[keyof typeof FrameKind];

/** u32 big-endian length of the body, u8 kind, then the body: UTF-8 JSON. */
export interface Frame {
  readonly kind: FrameKind;
  readonly body: Uint8Array;
}

/** Bytes before a frame's body. */
export const FRAME_HEADER_BYTES = 5;
