import { describe, expect, it } from "vitest";
import { type Endpoint, publicEndpoint } from "../../src/http/endpoint.ts";
import { type EndpointGroup, endpointGroups } from "../../src/http/endpoints.ts";
import { routesOf } from "../../src/http/routes.ts";

function endpoint(method: Endpoint["method"], path: string): Endpoint {
  return publicEndpoint({
    method,
    path,
    operationId: "any",
    tag: "Any",
    summary: "Any",
    description: "Any.",
    answers: {},
    handle: async () => ({ status: 204 }),
  });
}

/** Groups that tell how often each was loaded. */
function counted(...groups: readonly (readonly [string, ...Endpoint[]])[]) {
  const loads: Record<string, number> = {};
  const all = groups.map(
    ([under, ...endpoints]): EndpointGroup => ({
      under: [under],
      load: async () => {
        loads[under] = (loads[under] ?? 0) + 1;
        return endpoints;
      },
    }),
  );
  return { loads, find: routesOf(all) };
}

describe("routes", () => {
  it("load a group with the first request at its address, and once", async () => {
    const { loads, find } = counted(
      ["/", endpoint("get", "/")],
      ["/things", endpoint("get", "/things/{id}")],
      ["/thin", endpoint("get", "/thin")],
    );
    expect((await find("GET", "/things/a%20b")).params).toEqual({ id: "a b" });
    expect((await find("HEAD", "/things/7")).params).toEqual({ id: "7" });
    expect(loads).toEqual({ "/things": 1 });
    expect((await find("GET", "/")).endpoint.path).toBe("/");
    expect(loads).toEqual({ "/things": 1, "/": 1 });
  });

  it("add a group once, however many requests came while it was loading", async () => {
    const { find } = counted(["/a", endpoint("get", "/a"), endpoint("put", "/a")]);
    const [one, other] = await Promise.all([find("GET", "/a"), find("GET", "/a")]);
    expect(one.endpoint).toBe(other.endpoint);
    await expect(find("POST", "/a")).rejects.toMatchObject({
      code: "method_not_allowed",
      params: { methods: "GET, PUT" },
    });
  });

  it("prefer what was declared first", async () => {
    const { find } = counted(["/a", endpoint("get", "/a/me"), endpoint("get", "/a/{id}")]);
    expect((await find("GET", "/a/me")).endpoint.path).toBe("/a/me");
    expect((await find("GET", "/a/you")).endpoint.path).toBe("/a/{id}");
  });

  it("answer 404 where nothing is, and 405 where only other methods are", async () => {
    const { find } = counted(["/a", endpoint("get", "/a/b"), endpoint("delete", "/a/{id}")]);
    await expect(find("GET", "/a/c/d")).rejects.toMatchObject({ code: "not_found" });
    await expect(find("GET", "/b")).rejects.toMatchObject({ code: "not_found" });
    await expect(find("PUT", "/a/b")).rejects.toMatchObject({
      code: "method_not_allowed",
      params: { methods: "GET, DELETE" },
    });
  });
});

describe("endpoint groups", () => {
  it.each(endpointGroups)("keep to their addresses: $load", async ({ under, load }) => {
    const at = (path: string, address: string) =>
      path === address || (address !== "/" && path.startsWith(`${address}/`));
    const endpoints = await load();
    expect(endpoints.map(({ path }) => path).filter((path) => !under.some((a) => at(path, a)))).toEqual([]);
    // What is below another group's address would be found or not by which of them was loaded first.
    const others = endpointGroups
      .flatMap((group) => group.under)
      .filter((address) => !under.includes(address));
    expect(others.filter((other) => under.some((address) => at(other, address)))).toEqual([]);
  });
});
