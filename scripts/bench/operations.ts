import { type Budget, budgets } from "./budgets.ts";
import type { Reply } from "./client.ts";
import { oneLead } from "./fill.ts";
import { type Measured, measure, WARM_UP } from "./measure.ts";
import type { Tenant } from "./tenant.ts";

export const LEADS = "/api/data/leads";
const REQUESTS = 200;
const WIDEST_PAGE = 200;

const BY_REVENUE = "sort_by=revenue&sort_order=desc";
const BY_CREATION = "sort=-created_at";
/** About 1 lead in 8. */
const WON = { field: "lead_status", op: "eq", value: "Won" };
/** About 1 lead in 2,000. */
const ON_ONE_DAY = { field: "last_contact_date", op: "eq", value: "2025-12-27" };

/** In the names of about two thirds of the leads. */
const COMMON = "ооо";

export const FIRST_PAGE = `${LEADS}?limit=50`;
export const SORTED_PAGE = `${FIRST_PAGE}&${BY_REVENUE}`;
export const FILTERED_PAGE = `${FIRST_PAGE}&${equal(WON)}`;
export const FOUND_PAGE = `${FIRST_PAGE}&q=${encodeURIComponent(COMMON)}`;
export const oneRecord = (id: string): string => `${LEADS}/${id}`;

export interface Operation extends Measured {
  readonly budget: Budget;
}

/** The same requests at every size; what is created is deleted again. */
export async function measureOperations(
  tenant: Tenant,
  ids: readonly string[],
  size: number,
): Promise<Operation[]> {
  const get = (path: string) => () => tenant.send("GET", path);
  const list = (query: string) => get(`${LEADS}?limit=50&${query}`);
  const id = (i: number) => ids[(i * 7919) % ids.length] ?? "";
  const created: string[] = [];
  const create = async (i: number): Promise<Reply> => {
    const reply = await tenant.send("POST", LEADS, oneLead(tenant, i));
    created.push((JSON.parse(reply.text) as { id: string }).id);
    return reply;
  };
  const deep = await deepCursor(tenant, "", size);
  const phone = await somePhone(tenant);
  const deepByCreation = await deepCursor(tenant, BY_CREATION, size);
  const deepByRevenue = await deepCursor(tenant, BY_REVENUE, size);

  const operations: [keyof typeof budgets, (i: number) => Promise<Reply>][] = [
    ["create", create],
    ["get", (i) => tenant.send("GET", oneRecord(id(i)))],
    ["update an indexed attribute", (i) => tenant.send("PATCH", oneRecord(id(i)), { revenue: 1_000 + i })],
    ["delete", (i) => tenant.send("DELETE", oneRecord(created[i] ?? ""))],
    ["page of 50, first", get(FIRST_PAGE)],
    ["page of 50, half way down", list(`cursor=${deep}`)],
    ["sorted by indexed, first", list(BY_REVENUE)],
    ["sorted by indexed, half way", list(`${BY_REVENUE}&cursor=${deepByRevenue}`)],
    ["in order of creation, half way", list(`${BY_CREATION}&cursor=${deepByCreation}`)],
    ["sorted by two indexed", list("sort=lead_status,revenue")],
    ["equal 1 in 8, own order", get(FILTERED_PAGE)],
    ["equal 1 in 2,000, own order", list(equal(ON_ONE_DAY))],
    ["equal 1 in 8, sorted by another", list(`${equal(WON)}&${BY_REVENUE}`)],
    ["equal 1 in 2,000, sorted by another", list(`${equal(ON_ONE_DAY)}&${BY_REVENUE}`)],
    ["search for a common word", get(FOUND_PAGE)],
    ["the same, sorted by indexed", get(`${FOUND_PAGE}&${BY_REVENUE}`)],
    ["search for a phone, sorted", list(`q=${encodeURIComponent(phone)}&${BY_REVENUE}`)],
  ];
  const measured: Operation[] = [];
  for (const [name, send] of operations) {
    const requests = name === "delete" ? created.length - WARM_UP : REQUESTS;
    measured.push({ ...(await measure(name, requests, send)), budget: budgets[name] });
  }
  return measured;
}

/** Somebody's number, which one lead in the table has. */
async function somePhone(tenant: Tenant): Promise<string> {
  const { text } = await tenant.send("GET", FIRST_PAGE);
  const { data } = JSON.parse(text) as { data: { contact_number?: string | null }[] };
  const phone = data.find(({ contact_number: number }) => number)?.contact_number;
  if (!phone) throw new Error("No lead has a phone.");
  return phone;
}

function equal(filter: object): string {
  return `filters=${encodeURIComponent(JSON.stringify(filter))}`;
}

/** Walks half of the table, as a client that follows `next_cursor` would, and answers where it stands. */
async function deepCursor(tenant: Tenant, query: string, size: number): Promise<string> {
  let cursor = "";
  for (let walked = 0; walked < size / 2; walked += WIDEST_PAGE) {
    const place = cursor && `&cursor=${encodeURIComponent(cursor)}`;
    const { text } = await tenant.send("GET", `${LEADS}?limit=${WIDEST_PAGE}&${query}${place}`);
    cursor = (JSON.parse(text) as { next_cursor: string | null }).next_cursor ?? "";
    if (cursor === "") throw new Error(`The list ended after ${walked + WIDEST_PAGE} of ${size} records.`);
  }
  return encodeURIComponent(cursor);
}
