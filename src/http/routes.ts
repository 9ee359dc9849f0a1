import { TrieRouter } from "hono/router/trie-router";
import { tryDecodeURIComponent } from "hono/utils/url";
import { AppError, notFound } from "../errors.ts";
import type { Endpoint } from "./endpoint.ts";
import type { EndpointGroup } from "./endpoints.ts";

export interface Route {
  readonly endpoint: Endpoint;
  readonly params: Readonly<Record<string, string>>;
}

/**
 * Finds the endpoint of a request, loading the groups at its address when they are met for the first time.
 * @throws AppError `not_found`, `method_not_allowed`.
 */
export function routesOf(groups: readonly EndpointGroup[]): (method: string, path: string) => Promise<Route> {
  const router = new TrieRouter<Endpoint>();
  const loaded: Endpoint[] = [];
  const waiting = new Set(groups);

  async function loadFor(path: string): Promise<void> {
    const wanted = [...waiting].filter(({ under }) => under.some((address) => covers(address, path)));
    if (wanted.length === 0) return;
    const endpoints = await Promise.all(wanted.map((group) => group.load()));
    for (const [i, group] of wanted.entries()) {
      // Another request may have loaded it meanwhile.
      if (!waiting.delete(group)) continue;
      for (const endpoint of endpoints[i] ?? []) {
        router.add(endpoint.method.toUpperCase(), routePath(endpoint), endpoint);
        loaded.push(endpoint);
      }
    }
  }

  return async (method, path) => {
    await loadFor(path);
    const [found] = router.match(method === "HEAD" ? "GET" : method, path)[0];
    if (!found) throw refusal(loaded, path);
    const [endpoint, raw] = found;
    const params = Object.entries(raw as Record<string, string>);
    return {
      endpoint,
      params: Object.fromEntries(params.map(([name, value]) => [name, tryDecodeURIComponent(value)])),
    };
  };
}

/** Several paths may stand at one address: /things/order is /things/{id}, too. */
function refusal(endpoints: readonly Endpoint[], path: string): AppError {
  const here = endpoints.filter((endpoint) => pathPattern(endpoint).test(path));
  if (here.length === 0) return notFound("route");
  const methods = new Set(here.map(({ method }) => method.toUpperCase()));
  return new AppError("method_not_allowed", { params: { methods: [...methods].join(", ") } });
}

function covers(address: string, path: string): boolean {
  return path === address || (address !== "/" && path.startsWith(`${address}/`));
}

function routePath({ path }: Endpoint): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function pathPattern({ path }: Endpoint): RegExp {
  return new RegExp(`^${path.replaceAll(/\{\w+\}/g, "[^/]+")}/?$`);
}
