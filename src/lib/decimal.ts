/**
 * Decimal numbers with 34 significant digits, as many as IEEE 754's decimal128 has: 0.1 + 0.2 is 0.3, and money stays
 * exact. What has more digits is rounded, half away from zero.
 */
export interface Decimal {
  /** The value is `digits` × 10^`exponent`. */
  readonly digits: bigint;
  readonly exponent: number;
}

const PRECISION = 34;
/** Powers of ten beyond which a number is too big, or as good as zero; no double is farther out. */
const FARTHEST = 400;

export const ZERO: Decimal = { digits: 0n, exponent: 0 };

/** The number as JSON writes it, which is what its author typed. */
export function decimalOf(value: number): Decimal {
  return decimalFrom(String(value)) ?? ZERO;
}

/** `12`, `-0.5`, `1e-7`; undefined for anything else, and for what is too big. */
export function decimalFrom(text: string): Decimal | undefined {
  const [, sign, whole, fraction = "", power = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const digits = BigInt(`${sign}${whole}${fraction}`);
  return rounded(digits, Number(power) - fraction.length);
}

/** The double that is nearest. */
export function toNumber({ digits, exponent }: Decimal): number {
  // Zero is added because there is a minus zero, which would be a second form of the same number.
  return Number(`${digits}e${exponent}`) + 0;
}

/** Without an exponent: `1234.5`; with exactly so many decimal places where they are given. */
export function toPlainText(value: Decimal, places?: number): string {
  const { digits, exponent } = places === undefined ? value : roundTo(value, places);
  const least = places ?? 0;
  const shift = Math.max(exponent, 0);
  const text = String(magnitude(digits * 10n ** BigInt(shift)));
  const after = Math.max(-exponent, 0);
  const padded = text.padStart(after + 1, "0");
  const whole = padded.slice(0, padded.length - after);
  const written = padded.slice(padded.length - after);
  const fraction = (places === undefined ? written.replace(/0+$/, "") : written).padEnd(least, "0");
  return `${digits < 0n ? "-" : ""}${whole}${fraction === "" ? "" : `.${fraction}`}`;
}

// Those that may become too big answer undefined then.

export function add(a: Decimal, b: Decimal): Decimal | undefined {
  const [small, big] = top(a) < top(b) ? [a, b] : [b, a];
  // What lies below the last digit is lost in any case.
  if (small.digits === 0n || (big.digits !== 0n && top(big) - top(small) > 2 * PRECISION)) return big;
  const [x, y, exponent] = aligned(a, b);
  return rounded(x + y, exponent);
}

export function negate({ digits, exponent }: Decimal): Decimal {
  return { digits: -digits, exponent };
}

export function multiply(a: Decimal, b: Decimal): Decimal | undefined {
  return rounded(a.digits * b.digits, a.exponent + b.exponent);
}

/** Undefined also for a division by zero. */
export function divide(a: Decimal, b: Decimal): Decimal | undefined {
  if (b.digits === 0n) return undefined;
  const shift = Math.max(0, PRECISION + 2 + length(b.digits) - length(a.digits));
  return rounded((a.digits * 10n ** BigInt(shift)) / b.digits, a.exponent - b.exponent - shift);
}

/** What a division leaves, with the sign of the divisor: -7 and 3 leave 2. Undefined for a division by zero. */
export function remainder(a: Decimal, b: Decimal): Decimal | undefined {
  if (b.digits === 0n) return undefined;
  const [x, y, exponent] = aligned(a, b);
  const left = x % y;
  return rounded(left !== 0n && left < 0n !== y < 0n ? left + y : left, exponent);
}

/** Below zero, zero or above it as `a` is less than, equal to or more than `b`. */
export function compare(a: Decimal, b: Decimal): number {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}

/** To so many decimal places, half away from zero; negative places round to tens, hundreds …. */
export function roundTo(value: Decimal, places: number): Decimal {
  const drop = -places - value.exponent;
  if (drop <= 0) return value;
  if (drop > length(value.digits)) return ZERO;
  return { digits: withoutLast(value.digits, drop), exponent: -places };
}

/** The greatest whole number that is not above. */
export function floor(value: Decimal): Decimal {
  if (value.exponent >= 0) return value;
  const unit = 10n ** BigInt(-value.exponent);
  const whole = value.digits / unit;
  return { digits: value.digits < 0n && value.digits % unit !== 0n ? whole - 1n : whole, exponent: 0 };
}

function rounded(digits: bigint, exponent: number): Decimal | undefined {
  if (digits === 0n) return ZERO;
  const drop = Math.max(0, length(digits) - PRECISION);
  const value = { digits: withoutLast(digits, drop), exponent: exponent + drop };
  if (top(value) > FARTHEST) return undefined;
  return top(value) < -FARTHEST ? ZERO : value;
}

/** Where the first digit stands. */
function top({ digits, exponent }: Decimal): number {
  return exponent + length(digits);
}

/** Both in the smaller of their units. */
function aligned(a: Decimal, b: Decimal): [a: bigint, b: bigint, exponent: number] {
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (one: Decimal) => one.digits * 10n ** BigInt(one.exponent - exponent);
  return [scaled(a), scaled(b), exponent];
}

function withoutLast(digits: bigint, count: number): bigint {
  if (count === 0) return digits;
  const unit = 10n ** BigInt(count);
  const whole = digits / unit;
  if (magnitude(digits % unit) * 2n < unit) return whole;
  return digits < 0n ? whole - 1n : whole + 1n;
}

function magnitude(digits: bigint): bigint {
  return digits < 0n ? -digits : digits;
}

function length(digits: bigint): number {
  return String(magnitude(digits)).length;
}
