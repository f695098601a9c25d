import { entryTime, foldText, type RegistryEntry, TEXT_BOUNDARY } from '@agentmesh/registry';

/** What a search looks at in a version. */
export interface ListingRow {
  readonly published_at: string;
  readonly updated_ms: number | null;
  readonly type: string;
  readonly organization: string | null;
  /** Position after the name in `search_text`, from 1, in characters. */
  readonly name_end: number;
  readonly search_text: string;
  readonly keywords_text: string;
  readonly capabilities_text: string;
}

/** The listing of an entry, its texts folded. */
export function listingRow(entry: RegistryEntry): ListingRow {
  const { name, description, plugin_type: type, organization, keywords = [], capabilities } = entry.manifest;
  const time = entryTime(entry);
  return {
    published_at: entry.publishedAt ?? '',
    updated_ms: Number.isFinite(time) ? time : null,
    type,
    organization,
    name_end: [...foldText(name)].length + 1,
    search_text: joinFolded([name, description]),
    keywords_text: joinFolded(keywords),
    capabilities_text: joinFolded(capabilities),
  };
}

function joinFolded(texts: readonly string[]): string {
  return texts.map(foldText).join(TEXT_BOUNDARY);
}
