-- One row for each record and indexed attribute, blanks included (key -1.7976931348623157e308),
-- so that filters and sorts walk one b-tree and never need an outer join.
CREATE TABLE record_index (
  tenant_id TEXT NOT NULL,
  attribute INTEGER NOT NULL,
  key ANY NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, attribute, key, record)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
-- The primary key is the constraint: one record for each value of a unique attribute.
CREATE TABLE record_unique (
  tenant_id TEXT NOT NULL,
  attribute INTEGER NOT NULL,
  key ANY NOT NULL,
  record INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, attribute, key)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
-- Numbers that are unique in the shard and never handed out twice. The one table without a tenant.
CREATE TABLE shard_counters (
  name TEXT NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
INSERT INTO shard_counters (name, value) VALUES ('entity_type', 0);
--> statement-breakpoint
-- A write asserts here what it was decided on. A mismatch aborts the whole batch, and the message says which.
CREATE VIEW guard AS
  SELECT NULL AS tenant_id, NULL AS rights_version, NULL AS entity_type_id, NULL AS schema_version,
         NULL AS records
  WHERE 0;
--> statement-breakpoint
CREATE TRIGGER guard_check INSTEAD OF INSERT ON guard
BEGIN
  SELECT raise(ABORT, 'stale_rights')
  WHERE NEW.rights_version IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM tenants
    WHERE tenant_id = NEW.tenant_id AND state = 'active' AND rights_version = NEW.rights_version);
  SELECT raise(ABORT, 'stale_schema')
  WHERE NEW.entity_type_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM entity_types
    WHERE tenant_id = NEW.tenant_id AND id = NEW.entity_type_id AND schema_version = NEW.schema_version);
  SELECT raise(ABORT, 'stale_record')
  WHERE NEW.records IS NOT NULL AND EXISTS (
    SELECT 1 FROM json_each(NEW.records) AS expected
    WHERE NOT EXISTS (
      SELECT 1 FROM records
      WHERE tenant_id = NEW.tenant_id AND id = expected.value ->> 0 AND version = expected.value ->> 1));
END;
