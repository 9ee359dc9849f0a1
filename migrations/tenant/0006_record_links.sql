-- One row for each link, seen from both sides. The attribute is that of the side that was defined; a back side has no
-- rows of its own. Source and target are record numbers in the types of the two sides.
CREATE TABLE record_links (
  tenant_id TEXT NOT NULL,
  attribute INTEGER NOT NULL,
  source INTEGER NOT NULL,
  target INTEGER NOT NULL,
  PRIMARY KEY (tenant_id, attribute, source, target)
) STRICT, WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX record_links_by_target ON record_links (tenant_id, attribute, target, source);
