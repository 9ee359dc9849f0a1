-- The folded texts of records. The rowid is the type's number times 2^32 plus the record's, so a range of rowids is
-- one table of one tenant, and searching it reads nothing of the others. Rebuilt from the records after a restore.
CREATE VIRTUAL TABLE record_search USING fts5(
  body, content = '', contentless_delete = 1, tokenize = 'trigram case_sensitive 1'
);
