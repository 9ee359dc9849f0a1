/** Amounts of money as whole numbers of a currency's smallest unit, by the platform's own list of currencies. */

/** Whether it is the code of a currency (ISO 4217), in capitals. */
export function isCurrency(code: string): boolean {
  return Intl.supportedValuesOf("currency").includes(code);
}

/** How many decimal places the currency has: 2 for RUB, 0 for JPY, 3 for KWD. */
export function decimalsOf(currency: string): number {
  const format = new Intl.NumberFormat("en", { style: "currency", currency });
  return format.resolvedOptions().maximumFractionDigits ?? 2;
}

/** `12.34` → 1234; undefined where the number has more decimal places than that. Meant for up to 15 digits. */
export function toMinor(major: number, decimals: number): number | undefined {
  const text = major.toFixed(decimals);
  // Zero is added because there is a minus zero, which would be a second form of the same amount.
  return Number(text) === major ? Number(text.replace(".", "")) + 0 : undefined;
}

/** 1234 → `12.34`: the number that is nearest to the amount, and the one that JSON writes like it. */
export function toMajor(minor: number, decimals: number): number {
  const digits = String(Math.abs(minor)).padStart(decimals + 1, "0");
  const point = digits.length - decimals;
  const major = Number(`${digits.slice(0, point)}.${digits.slice(point)}`);
  return minor < 0 ? -major : major;
}
