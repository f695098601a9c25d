import { NameDraft } from '@agentmesh/registry';
import type { BlobColumns } from './blob-queries.js';

/** A draft of a name in a database; small archives go into it with the rows. */
export class SqlDraft extends NameDraft {
  readonly blobs: BlobColumns[] = [];
}
