import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What a backup holds; `manifest.json` in its folder, written last, so a cut-short backup has none. */
export interface Manifest {
  readonly format: 1;
  readonly started_at: string;
  readonly finished_at: string;
  readonly databases: readonly ManifestDatabase[];
}

export interface ManifestDatabase {
  readonly binding: string;
  /** Migrations that the rows belong to; a restore needs a database brought up to just these. */
  readonly migrations: readonly string[];
  readonly tables: readonly ManifestTable[];
}

interface ManifestTable {
  readonly name: string;
  readonly columns: readonly string[];
  readonly rows: number;
  /** Relative to the backup's folder: one JSON object a line. */
  readonly file: string;
  readonly sha256: string;
}

export const MANIFEST = "manifest.json";

export function readManifest(folder: string): Manifest {
  const manifest = JSON.parse(readFileSync(join(folder, MANIFEST), "utf8")) as Manifest;
  if (manifest.format !== 1) {
    throw new Error(`${folder}: this backup has format ${manifest.format}, which is not known here.`);
  }
  return manifest;
}
