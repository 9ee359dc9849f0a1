/** Below what D1 takes as one parameter (2 MB), whatever alphabet the texts are in. */
const CHUNK_LENGTH = 500_000;

/** The entries as JSON lists of bounded length, for statements that read them with `json_each`. */
export function jsonChunks(entries: readonly unknown[]): string[] {
  const lists: string[] = [];
  let list: string[] = [];
  let length = 0;
  for (const entry of entries) {
    const json = JSON.stringify(entry);
    if (length + json.length > CHUNK_LENGTH && list.length > 0) {
      lists.push(`[${list.join()}]`);
      list = [];
      length = 0;
    }
    list.push(json);
    length += json.length;
  }
  if (list.length > 0) lists.push(`[${list.join()}]`);
  return lists;
}
