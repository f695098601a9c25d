import type { Page } from '@agentmesh/registry';

/** A workspace that plugins are installed into. */
export interface WorkspaceRow {
  readonly id: string;
  /** What runs in it, when it is known. */
  readonly runtime?: string;
  /** ISO 8601 in UTC. */
  readonly createdAt: string;
}

/** Which part of the list to give. */
export interface WorkspacePage {
  readonly cursor?: string;
  /** Workspaces a page, 1 to 1000; default 100. */
  readonly limit?: number;
}

/** The workspaces that were ever used. */
export interface WorkspaceRows {
  /**
   * Adds the workspace unless it is there; a `runtime` that is given replaces the one before.
   *
   * @returns the workspace as it is kept now
   */
  ensure(row: WorkspaceRow): Promise<WorkspaceRow>;
  find(id: string): Promise<WorkspaceRow | undefined>;
  /**
   * By id.
   *
   * @throws MarketplaceError `CURSOR_INVALID`
   */
  list(page?: WorkspacePage): Promise<Page<WorkspaceRow>>;
  /**
   * Removes the workspace with its installs and credentials.
   *
   * @returns whether it was there
   */
  remove(id: string): Promise<boolean>;
}
