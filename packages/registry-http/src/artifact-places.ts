import type { RegistryEntry } from '@agentmesh/registry';

/** Where an archive is: the version that lists it, and its size. */
export interface ArtifactPlace {
  readonly name: string;
  readonly version: string;
  readonly size: number;
}

const MOST = 100_000;

/** Remembers which version lists an archive: stores ask for archives by their integrity, registries over HTTP have them by version. */
export class ArtifactPlaces {
  readonly #places: Map<string, ArtifactPlace> = new Map();

  remember({ manifest, artifact }: RegistryEntry): void {
    if (artifact === undefined) return;
    // The oldest goes, and the one that was asked for last is the newest.
    this.#places.delete(artifact.integrity);
    this.#places.set(artifact.integrity, { name: manifest.name, version: manifest.version, size: artifact.size });
    const [oldest] = this.#places.keys();
    if (this.#places.size > MOST && oldest !== undefined) this.#places.delete(oldest);
  }

  find(integrity: string): ArtifactPlace | undefined {
    return this.#places.get(integrity);
  }
}
