import type { Problem } from "./client.ts";
import { type Chapter, check, checkEqual, type Facts, type Scene } from "./scene.ts";

export const service: Chapter = {
  title: "Service",
  steps: [
    {
      name: "/healthz says ok",
      async run({ anonymous }) {
        const { body } = await anonymous.get(200, "/healthz");
        checkEqual(body, { status: "ok" }, "the answer");
      },
    },
    {
      name: "/docs is served, with nothing from other hosts",
      async run({ anonymous, base }) {
        const { text } = await anonymous.get(200, "/docs");
        check(/swagger-ui/i.test(text), "the page is not Swagger UI");
        const links = [...text.matchAll(/\b(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
        check(links.length > 0, "the page loads nothing");
        for (const link of links.filter((candidate) => !candidate.startsWith("data:"))) {
          const { origin, href } = new URL(link, `${base}/docs`);
          checkEqual(origin, new URL(base).origin, `the origin of ${link}`);
          await anonymous.get(200, href);
        }
      },
    },
    {
      name: "/openapi.json describes the API",
      async run({ anonymous, facts }) {
        const { body } = await anonymous.get<{ openapi: string; paths: Facts["paths"] }>(
          200,
          "/openapi.json",
        );
        check(body.openapi.startsWith("3.1"), `openapi is ${body.openapi}`);
        check("/api/data/{entity}" in body.paths, "/api/data/{entity} is not in it");
        facts.paths = body.paths;
      },
    },
    {
      name: "an unknown address is a problem document with the request's id",
      async run({ anonymous, run }) {
        const headers = { "x-request-id": `smoke-${run}` };
        const answer = await anonymous.send<Problem & { request_id: string }>(404, "GET", "/api/nope", {
          headers,
        });
        const type = answer.headers.get("content-type") ?? "";
        check(type.startsWith("application/problem+json"), `the content type is ${type}`);
        checkEqual(answer.body.request_id, headers["x-request-id"], "request_id");
      },
    },
  ],
};

/** Whether the server has this operation; false while its document is not known. */
export function offers({ facts }: Scene, method: string, path: string): boolean {
  return facts.paths?.[path]?.[method] !== undefined;
}
