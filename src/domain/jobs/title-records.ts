import { rewriteRecords } from "./rewrite-records.ts";

/** Titles all records anew when another attribute is to title them: titles follow from the values. */
export const titleRecordsJob = rewriteRecords({
  name: "title_records",
  prepare: () => (data) => data,
});
