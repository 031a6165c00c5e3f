// Public keys (signatures.md, "Keys"). Browsers differ in which points they take, so keys are judged here, by the
// arithmetic itself, and only good ones are handed to the browser.

const ED25519 = (() => {
  const p = 2n ** 255n - 19n;
  const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;
  const order8 = [
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  ].map((hex) => littleEndian(bytesOfHex(hex)));
  return {
    p, d, order: 2n ** 252n + 27742317777372353535851937790883648493n,
    /** The y of all points of small order. */
    smallOrder: [0n, 1n, p - 1n, ...order8],
  };
})();

/** By a COSE curve: its p and b, the order of its group, and the bytes of a coordinate (SP 800-186, section 3.2.1). */
const PRIME_CURVES = new Map([
  [1n, {
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    size: 32, name: "P-256", hash: "SHA-256", algorithm: -7n,
  }],
  [2n, {
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    size: 48, name: "P-384", hash: "SHA-384", algorithm: -35n,
  }],
]);

const modulo = (number, p) => ((number % p) + p) % p;

function power(base, exponent, p) {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % p;
    if (bit === "1") result = (result * base) % p;
  }
  return result;
}

/** Whether the curve of Ed25519 has a point with this y: u / v is a square exactly where u · v is. */
function isOnEdwards(y) {
  const { p, d } = ED25519;
  const product = modulo((y * y - 1n) * (d * y * y + 1n), p);
  return product === 0n || power(product, (p - 1n) / 2n, p) === 1n;
}

/** The y that 32 bytes say, and the sign bit above it. */
function edwardsPoint(bytes) {
  const number = littleEndian(bytes);
  return { y: number & (2n ** 255n - 1n), sign: number >> 255n };
}

const isBytes = (value, size) => value instanceof Uint8Array && (size === undefined || value.length === size);
const hasKeys = (map, keys) => map.size === keys.length && keys.every((key) => map.has(key));

const judgedKeys = new Map();       // by their bytes in hexadecimal digits: the fault, or null

/** Refuses what is no encoded public key. */
function checkKey(bytes) {
  const name = hexOf(bytes);
  if (!judgedKeys.has(name)) {
    let fault = null;
    try {
      judgeKey(bytes);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      fault = error.code;
    }
    judgedKeys.set(name, fault);
  }
  const fault = judgedKeys.get(name);
  refuse(fault !== null, fault);
}

function judgeKey(bytes) {
  const key = decoded(bytes);
  refuse(!(key instanceof Entries) || typeof key.get(1n) !== "bigint" || typeof key.get(-1n) !== "bigint", "bad-key");
  if (key.get(1n) === 1n && key.get(-1n) === 6n) {
    refuse(!hasKeys(key, [1n, -1n, -2n]) || !isBytes(key.get(-2n), 32), "bad-key");
    const { y, sign } = edwardsPoint(key.get(-2n));
    const { p, smallOrder } = ED25519;
    refuse(y >= p || (sign === 1n && (y === 1n || y === p - 1n)), "bad-key");
    refuse(smallOrder.includes(y) || !isOnEdwards(y), "bad-key");
    return;
  }
  const curve = PRIME_CURVES.get(key.get(-1n));
  refuse(key.get(1n) !== 2n || !curve || !hasKeys(key, [1n, -1n, -2n, -3n]), "bad-key");
  refuse(!isBytes(key.get(-2n), curve.size) || !isBytes(key.get(-3n), curve.size), "bad-key");
  const [x, y] = [bigEndian(key.get(-2n)), bigEndian(key.get(-3n))];
  refuse(x >= curve.p || y >= curve.p || modulo(y * y - x * x * x + 3n * x - curve.b, curve.p) !== 0n, "bad-key");
}
