import { and, eq } from "drizzle-orm";
import type { Attribute } from "../domain/attribute-kinds/kind.ts";
import { type Read, statement, type Write } from "./database.ts";
import { abortWhen } from "./guard.ts";
import { query } from "./query.ts";
import { attributes } from "./tables/tenant.ts";

export interface NewAttribute extends Omit<Attribute, "number" | "options"> {
  readonly createdAt: string;
  /** Of an autonumber: the number before its first. */
  readonly lastNumber?: number;
}

/** What an attribute is to become. */
export type NewSuccessor = Pick<
  Attribute,
  "valueType" | "unique" | "indexed" | "default" | "settings" | "selectListId"
>;

/** As the column has it: no, yes, or a job is making the rows. */
function keyState(isKept: boolean, isBuilding: boolean | undefined): number {
  return isKept ? 1 : isBuilding ? 2 : 0;
}

export function attributeStore(tenantId: string) {
  const one = (id: string) => and(eq(attributes.tenant_id, tenantId), eq(attributes.id, id));
  return {
    /** Each gets the tenant's next attribute number, in the order given. */
    insert(added: readonly NewAttribute[]): Write[] {
      const rows = added.map((attribute, i) => [
        attribute.id,
        attribute.entityTypeId,
        added.length - 1 - i,
        attribute.name,
        attribute.displayName,
        attribute.valueType,
        attribute.required ? 1 : 0,
        keyState(attribute.unique, attribute.building?.unique),
        keyState(attribute.indexed, attribute.building?.index),
        attribute.default === null ? null : JSON.stringify(attribute.default),
        attribute.helpText,
        JSON.stringify(attribute.settings),
        attribute.selectListId,
        attribute.position,
        attribute.createdAt,
        attribute.lastNumber ?? null,
        attribute.jobId ?? null,
      ]);
      return [
        {
          sql: "UPDATE tenants SET last_attribute_number = last_attribute_number + ? WHERE tenant_id = ?",
          params: [added.length, tenantId],
        },
        {
          sql: `INSERT INTO attributes (tenant_id, id, entity_type_id, number, name, display_name, value_type,
              required, is_unique, indexed, default_value, help_text, settings, select_list_id, position,
              created_at, last_number, job_id)
            SELECT ?1, v.value ->> 0, v.value ->> 1, t.last_attribute_number - (v.value ->> 2), v.value ->> 3,
              v.value ->> 4, v.value ->> 5, v.value ->> 6, v.value ->> 7, v.value ->> 8, v.value ->> 9,
              v.value ->> 10, v.value ->> 11, v.value ->> 12, v.value ->> 13, v.value ->> 14, v.value ->> 15,
              v.value ->> 16
            FROM json_each(?2) v JOIN tenants t ON t.tenant_id = ?1`,
          params: [tenantId, JSON.stringify(rows)],
        },
      ];
    },

    /** The number that the tenant's newest attribute got. */
    lastNumber(): Read<number> {
      const sql = "SELECT last_attribute_number FROM tenants WHERE tenant_id = ?";
      return { sql, params: [tenantId], decode: ([row]) => Number(row?.last_attribute_number ?? 0) };
    },

    /** Aborts the batch when another attribute has got a number since; comes before `insert`. */
    requireLastNumber(number: number): Write {
      const last = "(SELECT last_attribute_number FROM tenants WHERE tenant_id = ?1)";
      return abortWhen(tenantId, `${last} IS NOT ?2`, number);
    },

    /** Gives attributes the numbers that they carry, which are the tenant's next ones. */
    renumber(renumbered: readonly Pick<Attribute, "id" | "number">[]): Write[] {
      if (renumbered.length === 0) return [];
      return [
        {
          sql: "UPDATE tenants SET last_attribute_number = last_attribute_number + ? WHERE tenant_id = ?",
          params: [renumbered.length, tenantId],
        },
        ...renumbered.map(({ id, number }) =>
          statement(query.update(attributes).set({ number }).where(one(id))),
        ),
      ];
    },

    update(attribute: Omit<Attribute, "options">): Write {
      return statement(
        query
          .update(attributes)
          .set({
            name: attribute.name,
            display_name: attribute.displayName,
            required: attribute.required ? 1 : 0,
            is_unique: keyState(attribute.unique, attribute.building?.unique),
            indexed: keyState(attribute.indexed, attribute.building?.index),
            job_id: attribute.jobId ?? null,
            default_value: attribute.default === null ? null : JSON.stringify(attribute.default),
            help_text: attribute.helpText,
            settings: JSON.stringify(attribute.settings),
            select_list_id: attribute.selectListId,
            position: attribute.position,
          })
          .where(one(attribute.id)),
      );
    },

    /** The rows that the job was making are whole from now on; the schema changes with it. */
    finishBuilding(id: string, jobId: string): Write {
      return {
        sql: `UPDATE attributes SET is_unique = min(is_unique, 1), indexed = min(indexed, 1), job_id = NULL
          WHERE tenant_id = ? AND id = ? AND job_id = ?`,
        params: [tenantId, id, jobId],
      };
    },

    /** From now on writers keep the values of what it becomes, too, under the next attribute number. */
    beginConversion(id: string, jobId: string, to: NewSuccessor): Write[] {
      const successor = JSON.stringify({
        value_type: to.valueType,
        unique: to.unique,
        indexed: to.indexed,
        default: to.default,
        settings: to.settings,
        select_list_id: to.selectListId,
      });
      return [
        {
          sql: "UPDATE tenants SET last_attribute_number = last_attribute_number + 1 WHERE tenant_id = ?",
          params: [tenantId],
        },
        {
          sql: `UPDATE attributes SET job_id = ?3, successor = json_set(?4, '$.number',
              (SELECT last_attribute_number FROM tenants WHERE tenant_id = ?1))
            WHERE tenant_id = ?1 AND id = ?2`,
          params: [tenantId, id, jobId, successor],
        },
      ];
    },

    /** It is what it was to become; the job goes on with what the old values leave. */
    finishConversion(id: string, jobId: string): Write {
      return {
        sql: `UPDATE attributes SET number = successor ->> '$.number', value_type = successor ->> '$.value_type',
            is_unique = successor ->> '$.unique', indexed = successor ->> '$.indexed',
            default_value = nullif(successor -> '$.default', 'null'), settings = successor -> '$.settings',
            select_list_id = successor ->> '$.select_list_id', last_number = NULL,
            successor = json_object('former_number', number)
          WHERE tenant_id = ? AND id = ? AND job_id = ?`,
        params: [tenantId, id, jobId],
      };
    },

    /** It is what it is, and no job converts it any more. */
    endConversion(id: string, jobId: string): Write {
      return {
        sql: `UPDATE attributes SET job_id = NULL, successor = NULL
          WHERE tenant_id = ? AND id = ? AND job_id = ?`,
        params: [tenantId, id, jobId],
      };
    },

    /** A job works on all attributes that have the list. */
    engageAll(selectListId: string, jobId: string): Write {
      return {
        sql: "UPDATE attributes SET job_id = ?3 WHERE tenant_id = ?1 AND select_list_id = ?2",
        params: [tenantId, selectListId, jobId],
      };
    },

    releaseAll(selectListId: string, jobId: string): Write {
      return {
        sql: `UPDATE attributes SET job_id = NULL
          WHERE tenant_id = ?1 AND select_list_id = ?2 AND job_id = ?3`,
        params: [tenantId, selectListId, jobId],
      };
    },

    /** The job works on it no more; the rows that it was making stay unfinished, and are kept up by writers. */
    release(id: string, jobId: string): Write {
      return {
        sql: "UPDATE attributes SET job_id = NULL WHERE tenant_id = ? AND id = ? AND job_id = ?",
        params: [tenantId, id, jobId],
      };
    },

    /** The rows that the job was making are not to be; whoever calls this drops what there is of them. */
    giveUpBuilding(id: string, jobId: string): Write {
      return {
        sql: `UPDATE attributes SET is_unique = is_unique % 2, indexed = indexed % 2, job_id = NULL
          WHERE tenant_id = ? AND id = ? AND job_id = ?`,
        params: [tenantId, id, jobId],
      };
    },

    /** Its index, unique and link rows go by themselves; values stay in the records, under a key that is never used again. */
    delete: (id: string): Write => statement(query.delete(attributes).where(one(id))),
  };
}
