/** Bits of a `float64` behind its leading one. */
const fractionBits = 52n;

/** A finite number as a whole one times a power of two, as IEEE 754 has it. */
function partsOf(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  const all = bits.getBigUint64(0);
  const fraction = all & ((1n << fractionBits) - 1n);
  const power = Number(all >> fractionBits);
  return power === 0
    ? { mantissa: fraction, exponent: -1022 }
    : { mantissa: fraction | (1n << fractionBits), exponent: power - 1023 };
}

const signOf = (value: number): string => (value < 0 || Object.is(value, -0) ? '-' : '');

/**
 * A finite number as Go's `%x` (strconv.FormatFloat with `x`): the leading digit one, or zero of zero, hexadecimal digits behind it and a
 * power of two in at least two decimal ones. `precision` is how many digits are behind the point, rounded to even; null as many as it has.
 */
export function floatHex(value: number, precision: number | null): string {
  let { mantissa, exponent } = partsOf(value);
  if (mantissa === 0n) exponent = 0;
  while (mantissa !== 0n && mantissa >> fractionBits === 0n) {
    mantissa <<= 1n;
    exponent--;
  }
  const digits = precision ?? 13;
  if (digits < 13) {
    const dropped = fractionBits - 4n * BigInt(digits);
    const [rest, half] = [mantissa & ((1n << dropped) - 1n), 1n << (dropped - 1n)];
    mantissa >>= dropped;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    mantissa <<= dropped;
    if (mantissa >> (fractionBits + 1n) !== 0n) {
      mantissa >>= 1n;
      exponent++;
    }
  }
  const behind = (mantissa & ((1n << fractionBits) - 1n)).toString(16).padStart(13, '0');
  const shown =
    precision === null ? behind.replace(/0+$/, '') : behind.slice(0, precision).padEnd(precision, '0');
  const power = `${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
  return `${signOf(value)}0x${mantissa >> fractionBits}${shown === '' ? '' : `.${shown}`}p${power}`;
}

/** A finite number as Go's `%b`: a whole decimal number times a power of two. */
export function floatBinary(value: number): string {
  const { mantissa, exponent } = partsOf(value);
  const power = exponent - Number(fractionBits);
  return `${signOf(value)}${mantissa}p${power < 0 ? '-' : '+'}${Math.abs(power)}`;
}
