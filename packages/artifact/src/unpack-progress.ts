/** How far an unpacking has come. */
export interface UnpackProgress {
  /** Unpacked so far. */
  readonly bytes: number;
  /** Written so far. */
  readonly files: number;
}
