import { inspect, isDeepStrictEqual } from "node:util";
import { type Client, openClient } from "./client.ts";

/** One thing that must work. Steps run in order and leave what later ones need in `scene.facts`. */
export interface Step {
  readonly name: string;
  readonly run: (scene: Scene) => Promise<void>;
}

export interface Chapter {
  readonly title: string;
  readonly steps: readonly Step[];
}

interface Session {
  readonly client: Client;
  readonly refreshToken: string;
}

/** What steps find out and later ones need. */
export interface Facts {
  /** Paths of the OpenAPI document. */
  readonly paths: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly tenantId: string;
  readonly owner: Session;
  /** Name of the table that the smoke test builds. */
  readonly table: string;
  readonly tableId: string;
  /** One with a value of each kind. */
  readonly record: { readonly id: string; readonly version: number };
  readonly roleId: string;
  readonly colleagueId: string;
  readonly colleague: Session;
  readonly leadId: string;
  /** The owner of another company. */
  readonly stranger: Session;
  readonly sender: { readonly id: string; readonly webhook_url: string };
  readonly deliveryId: string;
}

export interface Scene {
  readonly base: string;
  readonly registrationToken: string | undefined;
  /** Sets this run's names apart from every other's. */
  readonly run: string;
  readonly anonymous: Client;
  readonly facts: { -readonly [Name in keyof Facts]?: Facts[Name] };
  /** What undoes the steps; run last first, whatever failed. */
  readonly cleanup: Step[];
  /** Companies that were registered, for the closing words. */
  readonly companies: string[];
}

export function makeScene(base: string, registrationToken: string | undefined): Scene {
  const run = `${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;
  return {
    base,
    registrationToken,
    run,
    anonymous: openClient(base),
    facts: {},
    cleanup: [],
    companies: [],
  };
}

/** @throws Error when the step that should have found it out failed. */
export function need<Name extends keyof Facts>({ facts }: Scene, name: Name): Facts[Name] {
  const value = facts[name];
  if (value === undefined) throw new Error(`not tried: an earlier step left no ${name}`);
  return value as Facts[Name];
}

export const owner = (scene: Scene): Client => need(scene, "owner").client;

export function check(condition: boolean, otherwise: string): void {
  if (!condition) throw new Error(otherwise);
}

export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  const show = (value: unknown) => inspect(value, { depth: 4, breakLength: Infinity });
  check(isDeepStrictEqual(actual, expected), `${what} is ${show(actual)} instead of ${show(expected)}`);
}

/** A password nobody knows: the accounts stay when the run is over. */
export function randomPassword(): string {
  return `${crypto.randomUUID()}-${crypto.randomUUID()}`;
}

/** Domains under `.example` belong to nobody. */
export function emailOf(scene: Scene, who: string): string {
  return `${who}-${scene.run}@smoke.example`;
}

export async function logIn(scene: Scene, username: string, password: string): Promise<Session> {
  const form = { username, password };
  const { body } = await scene.anonymous.send<{ access_token: string; refresh_token: string }>(
    200,
    "POST",
    "/api/auth/token",
    { form },
  );
  return { client: openClient(scene.base, body.access_token), refreshToken: body.refresh_token };
}
