const DEFAULT_LIMIT = 500;

/**
 * Refuses a response with more words than allowed.
 *
 * @param {{ response?: string, max_words?: number }} input `response` defaults to "", `max_words` to 500
 * @returns {{ valid: boolean, word_count: number, message: string }}
 */
export function validate({ response = '', max_words: limit = DEFAULT_LIMIT }) {
  const count = response.split(/\s+/).filter((word) => word !== '').length;
  const valid = count <= limit;
  const message = valid
    ? `OK — ${count} words (limit: ${limit})`
    : `Too long — ${count} words exceeds limit of ${limit}`;
  return { valid, word_count: count, message };
}
