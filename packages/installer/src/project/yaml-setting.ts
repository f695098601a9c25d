/** What may stand behind a key of settings: text, a list of texts, names with texts; undefined for anything else. */
export type YamlSetting = string | readonly string[] | ReadonlyMap<string, string> | undefined;
