/** A README, ready to be shown. */
export interface Readme {
  /** Sanitized. */
  readonly html: string;
  /** True when it is longer than what is shown. */
  readonly cut: boolean;
}
