import type { Finding } from '@agentmesh/errors';
import type { PlacesJournal, PluginJournal } from '../journal/journal.js';
import type { JournalStore } from '../journal/journal-store.js';
import type { OwnedTarget, Target, WantedTarget } from '../journal/owned-target.js';
import type { Client, ClientScope } from '../table/client.js';
import type { TextFile } from '../target/text-file.js';

/** Where changes happen. */
export interface Scene {
  readonly scope: ClientScope;
  /** The project's folder or the user's home. */
  readonly baseDir: string;
  readonly store: JournalStore;
}

/** What a plugin shall have in a client, for the shapes named; whatever else these shapes had there goes. */
export interface ChangeRequest {
  readonly plugin: string;
  readonly shapes: readonly string[];
  readonly wanted: readonly WantedTarget[];
  /** Keys of targets; given, whatever else these shapes had there stays. */
  readonly only?: readonly string[] | undefined;
}

/** What a plugin shall have in one client. */
export interface Change extends ChangeRequest {
  readonly client: Client;
}

/** Something that was left where it is, and why. */
export interface KeptTarget extends Target {
  /** `changed`: somebody edited it; `unreadable`: what it is part of cannot be read; `outside`: a link leads out of the folder. */
  readonly reason: 'changed' | 'unreadable' | 'outside';
  readonly message: string;
}

/** One step that concerns a folder or a file of its own. */
export interface OwnStep {
  readonly action: 'put' | 'take';
  readonly path: string;
  readonly target: WantedTarget | OwnedTarget;
}

/** How a shared file changes. */
export interface TextStep {
  readonly path: string;
  /** Undefined where there was no file. */
  readonly before: TextFile | undefined;
  /** Undefined when the file goes. */
  readonly after: string | undefined;
}

/** All that some changes will do, before any of it is done. */
export interface ChangePlan {
  /** The same changes, with only what can be done, and paths resolved: what goes into the journal first. */
  readonly changes: readonly Change[];
  /** In order of the changes. */
  readonly reports: readonly ChangeReport[];
  readonly steps: readonly OwnStep[];
  readonly texts: readonly TextStep[];
  /** What the plugins concerned have afterwards, by name. */
  readonly journals: ReadonlyMap<string, PluginJournal>;
  /** What is to be known of shared files and folders while it is under way. */
  readonly during: PlacesJournal;
  /** And afterwards. */
  readonly places: PlacesJournal;
}

/** What a change did. */
export interface ChangeReport {
  /** What these shapes have there now, by the paths that were asked for. */
  readonly owned: readonly OwnedTarget[];
  readonly removed: readonly Target[];
  readonly kept: readonly KeptTarget[];
  /** Each with a code; an error says that the thing was not put there. */
  readonly findings: readonly ChangeFinding[];
}

/** What was found about a thing of a shape. */
export interface ChangeFinding extends Finding {
  readonly shape: string;
}
