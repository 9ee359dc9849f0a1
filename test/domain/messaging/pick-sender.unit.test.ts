import { describe, expect, test } from "vitest";
import type { ProviderName } from "../../../src/domain/messaging/credentials.ts";
import { pickSender } from "../../../src/domain/messaging/pick-sender.ts";
import { AppError } from "../../../src/errors.ts";
import type { SenderRow, SenderStatus } from "../../../src/storage/senders.ts";

function sender(id: string, provider: ProviderName, status: SenderStatus = "ok"): SenderRow {
  return {
    id,
    name: id,
    nameFolded: id,
    provider,
    credentials: null,
    ratePerMinute: 60,
    status,
    statusReason: null,
    statusDetail: null,
    createdAt: "",
    updatedAt: "",
  };
}

/** The id of the sender picked, or the code of what is wrong. */
function pick(senders: readonly SenderRow[], wanted?: string): string | undefined {
  try {
    return pickSender(senders, wanted).id;
  } catch (error) {
    return error instanceof AppError ? error.issues[0]?.code : String(error);
  }
}

const sandbox = sender("s", "sandbox");
const paused = sender("p", "wappi", "paused");
const blocked = sender("b", "wappi", "blocked");

describe("without a name", () => {
  test.each([
    ["none", [], "no_usable_sender"],
    ["the sandbox alone", [sandbox], "s"],
    ["a real one beside the sandbox", [sandbox, sender("w", "wappi")], "w"],
    ["two real ones", [sandbox, sender("w", "wappi"), sender("v", "wappi")], "required"],
    ["two sandboxes", [sandbox, sender("t", "sandbox")], "required"],
    ["a real one that cannot send beside the sandbox", [sandbox, paused], "s"],
    ["one that can among those that cannot", [paused, blocked, sender("w", "wappi")], "w"],
    ["none that can", [paused, blocked], "no_usable_sender"],
  ])("%s", (_, senders, expected) => {
    expect(pick(senders)).toBe(expected);
  });
});

test("named, it is that one in whatever state, or none", () => {
  expect(pick([sandbox, paused, blocked], "p")).toBe("p");
  expect(pick([sandbox, paused, blocked], "b")).toBe("b");
  expect(pick([sandbox], "x")).toBe("unknown_sender");
});
