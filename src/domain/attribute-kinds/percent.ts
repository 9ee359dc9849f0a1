import { floatKind } from "./float.ts";
import { shareOf } from "./guess.ts";
import type { AttributeKind } from "./kind.ts";

/** A share in percent: 12.5 is 12.5 %. In everything but its meaning a float. */
export const percentKind: AttributeKind<number> = {
  ...floatKind,
  name: "percent",
  guess: (samples) => shareOf(samples, (text) => /^[+-]?\d{1,15}([.,]\d+)?[\u00a0\u202f ]?%$/.test(text)),
};
