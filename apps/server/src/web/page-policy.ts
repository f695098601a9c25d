/** What a page may do: use this server's own style and script and send its search form here; nothing that a plugin's text could ask for. */
export const PAGE_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
