import type { Json } from "../domain/attribute-kinds/kind.ts";
import type { SqlValue } from "./database.ts";

/**
 * All values of a statement as one bound parameter, `?2`, a JSON list: D1 takes a hundred parameters at most, and
 * turns every bound number into a float, whereas JSON keeps integers whole. `?1` is the tenant.
 */
export class BoundJson {
  readonly #values: Json[] = [];

  /** SQL for a single value. */
  value(value: string | number): string {
    return `(?2 ->> '$[${this.#add(value)}]')`;
  }

  /** SQL for a list, to be used after IN. */
  list(values: readonly (string | number)[]): string {
    return `(SELECT value FROM json_each(?2, '$[${this.#add([...values])}]'))`;
  }

  /** SQL for a list as JSON. */
  json(values: readonly (string | number)[]): string {
    return `(?2 -> '$[${this.#add([...values])}]')`;
  }

  params(tenantId: string): SqlValue[] {
    return this.#values.length === 0 ? [tenantId] : [tenantId, JSON.stringify(this.#values)];
  }

  #add(value: Json): number {
    return this.#values.push(value) - 1;
  }
}
