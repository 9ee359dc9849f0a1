import { invalidInput } from "../../errors.ts";
import type { SenderRow } from "../../storage/senders.ts";

/**
 * The sender named, in whatever state: what is sent through one that is paused waits until it is resumed.
 * Without a name it is the only one that can send; the sandbox steps back when there is a real one.
 * @throws AppError `invalid_input`.
 */
export function pickSender(senders: readonly SenderRow[], wanted: string | undefined): SenderRow {
  if (wanted !== undefined) {
    const sender = senders.find(({ id }) => id === wanted);
    if (sender) return sender;
    throw invalidInput({ path: "sender_id", code: "unknown_sender", params: { value: wanted } });
  }
  const usable = senders.filter(({ status }) => status === "ok");
  const real = usable.filter(({ provider }) => provider !== "sandbox");
  const [sender, ...others] = real.length > 0 ? real : usable;
  if (!sender) throw invalidInput({ path: "sender_id", code: "no_usable_sender" });
  if (others.length > 0) throw invalidInput({ path: "sender_id", code: "required" });
  return sender;
}
