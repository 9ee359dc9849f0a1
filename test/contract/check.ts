import type { ContractCheck, Endpoint } from "../../src/http/endpoint.ts";
import type { Answer } from "../support/world.ts";
import type { Scene } from "./scene.ts";

/**
 * A promise that every endpoint keeps. Answers what is wrong; empty when it is kept.
 * Answers that an endpoint does not declare are thrown by the client itself, whatever the check is about.
 */
export interface Check {
  readonly title: string;
  /** What an endpoint names to be excused, with a reason. */
  readonly exemption?: ContractCheck;
  readonly appliesTo?: (endpoint: Endpoint) => boolean;
  run(scene: Scene, endpoint: Endpoint): Promise<string[]>;
}

export function told({ status, text }: Answer): string {
  return `${status} ${text.slice(0, 300)}`;
}
