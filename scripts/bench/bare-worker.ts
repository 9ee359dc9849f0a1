/**
 * The floor that the CRM is held against: a Worker without a framework, rights, validation or folding, in the
 * same process and on the same database. `PUT /name` stores a statement, `GET /name` runs it and answers its rows.
 */
export const BARE_WORKER = `
const statements = new Map();
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname === "/hello") return Response.json({ status: "ok" });
    if (request.method === "PUT") {
      statements.set(pathname, await request.json());
      return new Response(null, { status: 204 });
    }
    const { sql, params } = statements.get(pathname);
    const { results } = await env.TENANTS_01.prepare(sql).bind(...params).all();
    return Response.json(results);
  },
};
`;
