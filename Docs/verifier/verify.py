#!/usr/bin/env python3
"""A second verifier of bundles, written from Docs/Specification alone: python3 verify.py FILE [--roadmap ID] --json

It shares no code with the product. Where it and the product disagree, one of them or the specification is wrong."""
import argparse, hashlib, hmac, json, re, sys
from itertools import combinations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


class Fault(Exception):
    """A refusal: its code, and for bundles the place and the offset."""
    def __init__(self, code, place=None):
        super().__init__(code)
        self.code, self.place = code, place


def refuse(condition, code):
    if condition:
        raise Fault(code)


def sha256(data):
    return hashlib.sha256(data).digest()


# ---- encoding.md

DEPTH, RECORD_BYTES, VALUES = 32, 67_108_864, 4_194_304


class Tag:
    def __init__(self, number, value):
        self.number, self.value = number, value


class Decoder:
    """Reads one value of the deterministic encoding, from left to right; the first fault met is raised."""
    def __init__(self, data, position=0):
        self.data, self.at, self.values = data, position, 0

    def head(self):
        data = self.data
        refuse(self.at >= len(data), "truncated")
        major, low = data[self.at] >> 5, data[self.at] & 31
        refuse(low == 31, "indefinite-length" if 2 <= major <= 5 else "reserved-head")
        refuse(low >= 28, "reserved-head")
        refuse(major == 7 and low >= 24, "float-or-simple")
        self.at += 1
        if low < 24:
            return major, low
        size = 1 << (low - 24)
        refuse(self.at + size > len(data), "truncated")
        number = int.from_bytes(data[self.at:self.at + size], "big")
        self.at += size
        refuse(number < (24, 1 << 8, 1 << 16, 1 << 32)[low - 24], "not-shortest-form")
        return major, number

    def value(self, level=1):
        refuse(level > DEPTH, "too-deep")
        self.values += 1
        refuse(self.values > VALUES, "too-many")
        major, number = self.head()
        left = len(self.data) - self.at
        if major == 0:
            return number
        if major == 1:
            return -1 - number
        if major in (2, 3):
            refuse(number > left, "truncated")
            raw = self.data[self.at:self.at + number]
            self.at += number
            if major == 2:
                return raw
            try:
                return raw.decode("utf-8")
            except UnicodeDecodeError:
                raise Fault("invalid-utf8") from None
        if major == 4:
            refuse(number > left, "truncated")
            return [self.value(level + 1) for _ in range(number)]
        if major == 5:
            refuse(2 * number > left, "truncated")
            result, before, kind = {}, None, None
            for _ in range(number):
                start = self.at
                key = self.value(level + 1)
                raw = self.data[start:self.at]
                refuse(type(key) not in (str, int) or kind not in (None, type(key)), "key-kind")
                kind = type(key)
                refuse(raw == before, "duplicate-key")
                refuse(before is not None and raw < before, "key-order")
                before = raw
                result[key] = self.value(level + 1)
            return result
        if major == 6:
            return Tag(number, self.value(level + 1))
        refuse(number not in (20, 21, 22), "float-or-simple")
        return (False, True, None)[number - 20]


def decode(data):
    refuse(len(data) > RECORD_BYTES, "too-long")
    decoder = Decoder(data)
    value = decoder.value()
    refuse(decoder.at < len(data), "trailing-bytes")
    return value


def encode(value):
    def head(major, number):
        if number < 24:
            return bytes([major << 5 | number])
        low, size = next((low, 1 << (low - 24)) for low in (24, 25, 26, 27) if number < 1 << (8 << (low - 24)))
        return bytes([major << 5 | low]) + number.to_bytes(size, "big")
    if value is None or type(value) is bool:
        return {False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value]
    if type(value) is int:
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if type(value) is bytes:
        return head(2, len(value)) + value
    if type(value) is str:
        return head(3, len(value.encode())) + value.encode()
    if type(value) is list:
        return head(4, len(value)) + b"".join(map(encode, value))
    if type(value) is Tag:
        return head(6, value.number) + encode(value.value)
    return head(5, len(value)) + b"".join(k + v for k, v in sorted((encode(k), encode(v)) for k, v in value.items()))


# ---- signatures.md

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
ORDER8 = [int.from_bytes(bytes.fromhex(h), "little") for h in (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")]
SMALL_ORDER = {0, 1, P - 1, *ORDER8}
CURVES = {  # p, b, n, bytes of a coordinate
    1: (2**256 - 2**224 + 2**192 + 2**96 - 1, 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b,
        0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551, 32, ec.SECP256R1, hashes.SHA256),
    2: (2**384 - 2**128 - 2**96 + 2**32 - 1,
        0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef,
        0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973,
        48, ec.SECP384R1, hashes.SHA384)}
ALGORITHMS = {-8: 64, -7: 64, -35: 96}
KINDS = {k: f"application/syngraph-{k}+cbor" for k in ("seal", "keys", "withdrawal", "state", "checkpoint", "card")}


def on_edwards(y):
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    return square == 0 or pow(square, (P - 1) // 2, P) == 1


def check_key(data):
    """The faults of an encoded public key."""
    key = decode(data)
    refuse(type(key) is not dict or type(key.get(1)) is not int or type(key.get(-1)) is not int, "bad-key")
    kty, curve = key[1], key[-1]
    if (kty, curve) == (1, 6):
        x = key.get(-2)
        refuse(set(key) != {1, -1, -2} or type(x) is not bytes or len(x) != 32, "bad-key")
        number = int.from_bytes(x, "little")
        y, sign = number & (2**255 - 1), number >> 255
        refuse(y >= P or sign and y in (1, P - 1) or y in SMALL_ORDER or not on_edwards(y), "bad-key")
    else:
        refuse(kty != 2 or curve not in CURVES or set(key) != {1, -1, -2, -3}, "bad-key")
        p, b, _, size, _, _ = CURVES[curve]
        refuse(any(type(key[c]) is not bytes or len(key[c]) != size for c in (-2, -3)), "bad-key")
        x, y = (int.from_bytes(key[c], "big") for c in (-2, -3))
        refuse(x >= p or y >= p or (y * y - x * x * x + 3 * x - b) % p != 0, "bad-key")
    return key


def verify_bare(key, message, signature):
    """Whether a signature over these bytes is that of a (good, decoded) key."""
    try:
        if key[-1] == 6:
            y = int.from_bytes(signature[:32], "little") & (2**255 - 1)
            if y in SMALL_ORDER or int.from_bytes(signature[32:], "little") >= L:
                return False
            ed25519.Ed25519PublicKey.from_public_bytes(key[-2]).verify(signature, message)
        else:
            _, _, n, size, curve, digest = CURVES[key[-1]]
            r, s = (int.from_bytes(part, "big") for part in (signature[:size], signature[size:]))
            if not (1 <= r < n and 1 <= s <= (n - 1) // 2):
                return False
            numbers = ec.EllipticCurvePublicNumbers(*(int.from_bytes(key[c], "big") for c in (-2, -3)), curve())
            numbers.public_key().verify(encode_dss_signature(r, s), message, ec.ECDSA(digest()))
        return True
    except InvalidSignature:
        return False


class Envelope:
    def __init__(self, data, kind):
        bad = "bad-signature-envelope"
        tag = decode(data)
        refuse(type(tag) is not Tag or tag.number != 18 or type(tag.value) is not list or len(tag.value) != 4, bad)
        self.protected, unprotected, self.payload, self.signature = tag.value
        refuse(type(self.protected) is not bytes, bad)
        header = decode(self.protected)
        refuse(unprotected != {} or type(self.payload) is not bytes or type(self.signature) is not bytes, bad)
        refuse(type(header) is not dict or set(header) != {1, 4, 16}, bad)
        self.algorithm, self.signer, typ = header[1], header[4], header[16]
        refuse(type(self.algorithm) is not int or self.algorithm not in ALGORITHMS, bad)
        refuse(type(self.signer) is not bytes or len(self.signer) != 32 or type(typ) is not str, bad)
        refuse(len(self.signature) != ALGORITHMS[self.algorithm], bad)
        refuse(typ != KINDS[kind], "wrong-kind")
        self.id = sha256(self.payload)

    def is_by(self, encoded_key):
        key = decode(encoded_key)
        if sha256(encoded_key) != self.signer or self.algorithm != {6: -8, 1: -7, 2: -35}[key[-1]]:
            return False
        return verify_bare(key, encode(["Signature1", self.protected, b"", self.payload]), self.signature)


def tree(leaves):
    if not leaves:
        return sha256(b"")
    if len(leaves) == 1:
        return sha256(b"\0" + leaves[0])
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + tree(leaves[:k]) + tree(leaves[k:]))


# ---- Fields of records (encoding.md, parties.md)

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,127}\Z")


class Fields:
    """A record's fields, judged one after the other in the order in which they are taken."""
    def __init__(self, value):
        refuse(type(value) is not dict or any(type(name) is not str for name in value), "wrong-type")
        self.value, self.known = value, set()

    def take(self, name, read, optional=False):
        self.known.add(name)
        if name not in self.value:
            refuse(not optional, "missing-field")
            return None
        return read(self.value[name])

    def end(self):
        refuse(any(name not in self.known for name in self.value), "unknown-field")


def typed(kind):
    def read(value):
        refuse(type(value) is not kind, "wrong-type")
        return value
    return read


text, truth, data_ = typed(str), typed(bool), typed(bytes)


def constant(expected):
    def read(value):
        refuse(text(value) != expected, "wrong-kind")
    return read


def one_of(*words):
    def read(value):
        refuse(text(value) not in words, "out-of-range")
        return value
    return read


def number(low=0, high=2**64 - 1):
    def read(value):
        refuse(type(value) is not int or value < 0, "wrong-type")
        refuse(not low <= value <= high, "out-of-range")
        return value
    return read


uint = number()


def identifier(value):
    refuse(not IDENTIFIER.match(text(value)), "bad-identifier")
    return value


def sized(size):
    def read(value):
        refuse(len(data_(value)) != size, "bad-length")
        return value
    return read


id_ = sized(32)


def optional(read):
    return lambda value: None if value is None else read(value)


def listing(read, limit, empty=False, ascending=True, key=lambda x: x):
    def whole(value):
        refuse(type(value) is not list, "wrong-type")
        refuse(len(value) > limit, "too-many")
        items = []
        for item in value:
            item = read(item)
            refuse(ascending and items and not key(items[-1]) < key(item), "not-ascending")
            items.append(item)
        refuse(not items and not empty, "empty-list")
        return items
    return whole


def words(value):
    refuse(type(value) is not dict, "wrong-type")
    refuse(len(value) > 64, "too-many")
    for language, said in value.items():
        identifier(language)
        text(said)
    refuse(not value, "empty-list")
    return value


def public_key(value):
    try:
        check_key(data_(value))
    except Fault as fault:
        raise Fault("wrong-type" if type(value) is not bytes else "bad-key") from fault
    return value


def key_list(least):
    def read(value):
        fields = Fields(value)
        keys = fields.take("keys", listing(public_key, 32, empty=least == 0, key=sha256))
        threshold = fields.take("threshold", number(len(keys) // 2 + 1 if keys else 0, len(keys)))
        fields.end()
        return keys, threshold
    return read


def endpoint(value):
    refuse(not 1 <= len(text(value).encode()) <= 300 or any(not "!" <= c <= "~" for c in value), "out-of-range")
    return value


def node(value):
    fields = Fields(value)
    key = fields.take("key", public_key)
    fields.take("endpoints", listing(endpoint, 16, empty=True, ascending=False))
    fields.end()
    return key


class PartyRecord:
    def __init__(self, value):
        fields = Fields(value)
        fields.take("names", words)
        self.seal, self.threshold = fields.take("seal", key_list(1))
        self.recovery, self.recovery_threshold = fields.take("recovery", key_list(0))
        self.next = fields.take("next", id_, True)
        self.nodes = fields.take("nodes", listing(node, 64, empty=True, key=sha256))
        fields.end()
        self.keys = self.seal + self.recovery + self.nodes
        refuse(len(set(self.keys)) != len(self.keys), "contradiction")
        self.id, self.seal_digest = sha256(encode(value)), sha256(encode(value["seal"]))


# ---- Rules, provisions and instruments (agreement.md)

RESERVED = ("roster", "rule", "party", "closing")
SHARE = 4_294_967_296


def prefix(provision):
    """Which reserved prefix, without its slash, a provision begins with; None for ordinary ones."""
    head, slash, _ = provision.partition("/")
    return head if slash and head in RESERVED else None


def rest(provision):
    return provision.partition("/")[2]


def share(value):
    if type(value) is str:
        return one_of("all", "majority")(value)
    fields = Fields(value)
    if "atLeast" in value:
        result = fields.take("atLeast", number(1, SHARE))
    else:
        def pair(parts):
            refuse(type(parts) is not list, "wrong-type")
            refuse(len(parts) > 2, "too-many")
            read = [number(1, SHARE)(part) for part in parts]
            refuse(len(parts) < 2, "bad-length")
            refuse(read[0] > read[1], "out-of-range")
            return tuple(read)
        result = fields.take("fraction", pair)
    fields.end()
    return result


def standings_of(value):
    if type(value) is str:
        return [identifier(value)]
    result = listing(identifier, 256)(value)
    refuse(len(result) == 1, "contradiction")
    return result


def counting(value):
    refuse(type(value) is not list, "wrong-type")
    refuse(any(type(item) is not str for item in value), "wrong-type")
    refuse(value != ["accept", "abstain"], "out-of-range")
    return True


def expression(value):
    """An expression as ("need", share, standings, abstentions), ("party", id), ("named", attribute), ("all"/"any", list)."""
    terms = 0

    def read(value, depth):
        nonlocal terms
        refuse(depth > 8, "too-deep")
        terms += 1
        refuse(terms > 1024, "too-many")
        fields = Fields(value)
        form = next((f for f in ("need", "party", "named", "all") if f in value), "any")
        if form == "need":
            result = (form, fields.take("need", share), fields.take("of", standings_of),
                      bool(fields.take("counting", counting, True)))
        elif form in ("party", "named"):
            result = (form, fields.take(form, identifier))
        else:
            result = (form, fields.take(form, listing(lambda item: read(item, depth + 1), 1024, ascending=False)))
        fields.end()
        return result
    return read(value, 0)


def terms_of(rule):
    if rule[0] in ("all", "any"):
        for part in rule[1]:
            yield from terms_of(part)
    else:
        yield rule


def value_of_attribute(value):
    if type(value) is list:
        refuse(len(value) > 4096, "too-many")
        for item in value:
            value_of_attribute(item)
    elif type(value) is dict:
        refuse(len(value) > 4096, "too-many")
        for name, item in value.items():
            identifier(name)
            value_of_attribute(item)
    else:
        refuse(type(value) not in (str, int, bool, bytes), "wrong-type")


def attributes_(value):
    refuse(type(value) is not dict, "wrong-type")
    refuse(len(value) > 4096, "too-many")
    for name, item in value.items():
        value_of_attribute(item)
        identifier(name)
    refuse(not value, "empty-list")
    return value


class Content:
    """What a version of a provision says. `meaning` is a roster's holders (none if dormant), a rule, a record, an outcome."""
    def __init__(self, provision, value):
        def order(v):
            refuse(len(data_(v)) > 256, "too-long")
            return v
        fields = Fields(value)
        self.kind, self.cls = fields.take("kind", identifier), fields.take("class", identifier)
        self.parent = fields.take("parent", optional(identifier))
        self.order = fields.take("order", order)
        extras = [fields.take("number", text, True), fields.take("heading", words, True), fields.take("text", words, True)]
        self.attributes = fields.take("attributes", attributes_, True)
        fields.end()
        self.encoded, reserved = encode(value), prefix(provision)
        if reserved:
            refuse(self.attributes is None, "missing-field")
            if reserved == "party":
                self.meaning = PartyRecord(self.attributes)
            else:
                inner = Fields(self.attributes)
                if reserved == "roster":
                    self.listed = inner.take("holders", listing(identifier, 65_536, empty=True))
                    self.dormant = inner.take("dormant", truth, True) or False
                    self.meaning = set() if self.dormant else set(self.listed)
                elif reserved == "rule":
                    self.meaning = inner.take("rule", expression)
                else:
                    self.meaning = inner.take("outcome", one_of("complete", "abandoned"))
                inner.end()
        refuse(self.parent is not None and prefix(self.parent), "contradiction")
        refuse(reserved and (self.kind != reserved or self.cls != reserved or self.parent is not None or self.order != b""
                             or any(extra is not None for extra in extras)), "contradiction")


class Instrument:
    def __init__(self, data):
        self.id, f = sha256(data), Fields(decode(data))
        f.take("type", constant("syngraph/instrument/1"))
        self.roadmap = f.take("roadmap", optional(id_))
        self.titles, _ = f.take("title", words), f.take("proposer", identifier)
        self.salt = f.take("salt", sized(16))
        self.languages = f.take("languages", listing(identifier, 64))
        self.base = f.take("base", self.read_base)
        self.writes = dict(f.take("changes", listing(self.read_change, 65_536, empty="voids" in f.value, key=lambda c: c[0])))
        self.after = f.take("after", listing(id_, 65_536), True) or []
        self.replaces = f.take("replaces", listing(id_, 4096), True) or []
        self.voids = f.take("voids", listing(id_, 4096), True) or []
        f.take("frozenFrom", listing(id_, 1024), True)
        f.take("note", words, True)
        f.take("answerBy", uint, True)
        f.end()
        self.founding = self.roadmap is None
        refuse(self.founding != (not self.base), "contradiction")
        refuse(self.founding and (self.after or self.replaces or self.voids or None in self.writes.values()), "contradiction")
        self.roadmap = self.roadmap or self.id
        self.ground = {v for v in self.base.values() if v is not None} | set(self.after)
        self.constitutional = any(prefix(p) in ("roster", "rule", "party") for p in self.writes)
        closed = [rest(p) for p in self.writes if prefix(p) == "closing"]
        self.subject = self.outcome = None
        if len(self.writes) == 1 and closed and re.fullmatch("[0-9a-f]{64}", closed[0]):
            content = next(iter(self.writes.values()))
            self.subject, self.outcome = bytes.fromhex(closed[0]), content.meaning if content else None
        self.names = self.ground | set(self.replaces) | ({self.subject} - {None})
        self.records = {rest(p): c.meaning for p, c in self.writes.items() if c and prefix(p) == "party"}

    @staticmethod
    def read_base(value):
        refuse(type(value) is not dict, "wrong-type")
        refuse(len(value) > 65_536, "too-many")
        for provision, version in value.items():
            optional(id_)(version)
            identifier(provision)
        return value

    @staticmethod
    def read_change(value):
        fields = Fields(value)
        provision = fields.take("provision", identifier)
        content = fields.take("set", lambda v: Content(provision, v), "repeal" in fields.value)
        if content is None:
            fields.take("repeal", lambda v: refuse(not truth(v), "out-of-range"))
        fields.end()
        refuse(prefix(provision) and not IDENTIFIER.match(rest(provision)), "bad-identifier")
        return provision, content


class Statement:
    """The payload of a seal, key statement, withdrawal or certificate, and which keys have signed it."""
    def __init__(self, payload):
        self.id, self.signers, self.place = sha256(payload), set(), None
        self.read(Fields(decode(payload)))


class Seal(Statement):
    def read(self, f):
        f.take("type", constant("syngraph/seal/1"))
        self.roadmap, self.instrument, self.party = f.take("roadmap", id_), f.take("instrument", id_), f.take("party", identifier)
        self.keys = f.take("keys", id_)
        self.capacities = f.take("capacities", listing(identifier, 256), True)
        self.verdict = f.take("verdict", one_of("accept", "abstain", "reject"))
        self.provided = f.take("provided", listing(id_, 4096), True) or []
        for name in ("declaration", "reservation", "reason"):
            f.take(name, words, True)
        f.take("until", uint, True)
        f.take("at", uint)
        f.end()


class KeyStatement(Statement):
    def read(self, f):
        f.take("type", constant("syngraph/keys/1"))
        self.roadmap, self.party = f.take("roadmap", id_), f.take("party", identifier)
        self.version, self.previous = f.take("version", number(1)), f.take("previous", id_)
        self.record = f.take("record", optional(PartyRecord))
        self.acknowledges = f.take("acknowledges", listing(id_, 65_536, empty=True))
        self.reason = f.take("reason", text, True)
        f.end()


class Withdrawal(Statement):
    def read(self, f):
        def rosters(value):
            refuse(type(value) is not dict, "wrong-type")
            refuse(len(value) > 256, "too-many")
            for standing, version in value.items():
                id_(version)
                identifier(standing)
            refuse(not value, "empty-list")
            return value
        f.take("type", constant("syngraph/withdrawal/1"))
        self.roadmap, self.party, self.keys = f.take("roadmap", id_), f.take("party", identifier), f.take("keys", id_)
        self.stage, self.rosters = f.take("stage", one_of("notice", "effect")), f.take("rosters", rosters)
        self.committed = f.take("committed", listing(id_, 65_536, empty=True))
        self.reason, self.time = f.take("reason", words, True), f.take("at", uint)
        f.end()


class Certificate(Statement):
    def read(self, f):
        def known(value):
            refuse(type(value) is not list, "wrong-type")
            refuse(len(value) > 3, "too-many")
            refuse(len(value) < 3, "bad-length")
            return id_(value[0]), uint(value[1]), id_(value[2])

        def previous(value):
            refuse((optional(id_)(value) is None) != (self.sequence == 0), "contradiction")
        f.take("type", constant("syngraph/state/1"))
        self.roadmap, self.party, self.writer = f.take("roadmap", id_), f.take("party", identifier), f.take("writer", id_)
        self.sequence = f.take("sequence", uint)
        f.take("previous", previous)
        f.take("perfected", id_)
        self.root = f.take("inForce", id_)
        f.take("contested", listing(id_, 65_536, empty=True))
        self.held = min(sum(k[1] + 1 for k in f.take("known", listing(known, 65_536, empty=True))), 2**64 - 1)
        self.time = f.take("at", uint)
        f.end()


# ---- Key records and chains (keys.md)

class KeyRecord:
    """A key record at hand: a root, or what a good key statement makes. `before` is itself, or the record behind a freeze."""
    def __init__(self, id, record, previous=None, statement=None):
        self.id, self.record, self.previous, self.statement = id, record, previous, statement
        self.version = statement.version if statement else 0
        self.root = previous.root if previous else id
        self.before = record or previous.before
        self.superseded, self.followers = False, []

    def may_follow(self, statement):
        """The keys whose signatures on a statement that follows this record are looked at."""
        keys = self.before.recovery + (self.record.seal if self.record else [])
        return keys + (statement.record.keys if statement.record else [])

    def authority(self, statement):
        """Of a statement that follows this record: "recovery", "seal", or None while it is not good."""
        def signed(keys):
            return sum(sha256(key) in statement.signers for key in keys)
        before, new = self.before, statement.record
        if new and any(sha256(key) not in statement.signers for key in set(new.keys) - set(before.keys)):
            return None
        if before.recovery_threshold and signed(before.recovery) >= before.recovery_threshold:
            return "recovery"
        if self.record and signed(before.seal) >= before.threshold:
            if not (new and before.next and before.next != new.seal_digest):
                return "seal"
        return None


# ---- The bundle (bundle.md), and pieces of a journal (journal.md, evidence.md)

BUNDLE_BYTES, RECORDS, WAITING, WAITING_BYTES, ACCUSATIONS = 1_073_741_824, 16_777_216, 16_384, 67_108_864, 256
SCOPES = ("agreement", "full", "provision", "evidence")
CONTRADICTIONS = ("two-verdicts", "incoherent-seals", "forked-keys")


class NotABundle(Exception):
    pass


def parts(value, *readers):
    """A list of a fixed number of parts."""
    refuse(type(value) is not list, "wrong-type")
    refuse(len(value) > len(readers), "too-many")
    refuse(len(value) < len(readers), "bad-length")
    return [read(part) for read, part in zip(readers, value)]


class Header:
    def __init__(self, data):
        refuse(len(data) > 9216, "too-long")
        self.id = sha256(data)
        (_, self.roadmap, self.writer, self.sequence, self.previous, _, _, self.kind, self.body, _) = parts(
            decode(data), number(1, 1), id_, id_, number(0, 281_474_976_710_655), id_, listing(id_, 256, empty=True),
            uint, uint, id_, number(0, 16_777_216))


class Body:
    def __init__(self, data):
        self.id, f = sha256(data), Fields(decode(data))
        self.key, incarnation = f.take("key", public_key), f.take("incarnation", sized(16))
        f.take("succeeds", id_, True)
        f.end()
        self.signer = sha256(self.key)
        self.writer = sha256(encode(["syngraph/writer/1", self.signer, incarnation]))


class Checkpoint:
    def __init__(self, data):
        self.id = sha256(data)
        (_, self.roadmap, self.writer, self.sequence, self.entry) = parts(
            decode(data), constant("syngraph/checkpoint/1"), id_, id_, uint, id_)


class Accusation:
    def __init__(self, data):
        self.id, f = sha256(data), Fields(decode(data))
        f.take("type", constant("syngraph/accusation/1"))
        self.roadmap, self.party = f.take("roadmap", id_), f.take("party", identifier)
        self.kind = f.take("kind", one_of(*CONTRADICTIONS, "forked-journal"))
        self.records = f.take("records", listing(id_, 2))
        refuse(len(self.records) < 2, "bad-length")
        self.writer = f.take("writer", id_, True)
        refuse((self.writer is not None) != (self.kind == "forked-journal"), "contradiction")
        f.end()


class Ledger:
    """The records of one bundle, each judged as it came."""
    def __init__(self, data, told):
        self.instruments, self.seals, self.statements, self.withdrawals = {}, {}, {}, {}
        self.certificates, self.requests, self.headers, self.bodies = {}, {}, {}, {}
        self.checkpoints, self.accusations = [], []
        self.key_records = {}           # (party, id): KeyRecord
        self.named, self.signed_under = {}, {}   # what earlier records name and is not at hand, with the place of the first
        self.seen, self.signatures, self.waiting, self.waiting_bytes = set(), 0, 0, 0
        self.lacking = set()
        self.place, self.count, self.offset = None, 0, 0
        self.read(data, told)

    def read(self, data, told):
        if len(data) > BUNDLE_BYTES:
            raise NotABundle
        decoder = Decoder(data)
        try:
            header = decoder.value()
            _, self.roadmap, self.scope = parts(header, constant("syngraph/bundle/1"), id_, one_of(*SCOPES))
        except Fault:
            raise NotABundle from None
        refuse(told is not None and told != self.roadmap, "not-the-roadmap-asked-for")
        refuse(self.scope in ("full", "provision"), "scope-not-supported")
        while True:
            self.place, self.offset = None, decoder.at
            decoder = Decoder(data, decoder.at)
            item = decoder.value()
            refuse(type(item) is not list, "wrong-type")
            refuse(len(item) not in (2, 3), "wrong-kind")
            if len(item) == 3:
                refuse(text(item[0]) != "end", "wrong-kind")
                break
            kind, record = uint(item[0]), data_(item[1])
            refuse(self.count == RECORDS, "too-many")
            self.place = self.count
            self.take(kind, record)
            self.count += 1
        count, digest = uint(item[1]), data_(item[2])
        refuse(decoder.at < len(data), "trailing-bytes")
        refuse(count != self.count or digest != sha256(data[:self.offset]), "contradiction")
        refuse(self.scope == "evidence" and not self.accusations, "no-accusation")
        self.find_lacking()
        self.supersede()

    def take(self, kind, data):
        readers = {1: self.instrument, 2: self.seal, 3: self.key_statement, 4: self.withdrawal, 5: self.certificate,
                   9: self.request}
        if self.scope == "evidence":
            readers |= {6: self.header, 7: self.body, 8: self.checkpoint, 10: self.accusation}
        refuse(kind not in readers, "unexpected-kind")
        if self.accusations and kind != 10:
            raise Fault("too-early", self.accusations[-1].place)
        readers[kind](data)

    def once(self, *key):
        refuse(key in self.seen, "duplicate-record")
        self.seen.add(key)

    def ours(self, record):
        refuse(record.roadmap != self.roadmap, "other-roadmap")

    def early(self, where, key):
        if key in where:
            raise Fault("too-early", where[key])

    def name(self, ids):
        for id in ids:
            if id not in self.instruments:
                self.named.setdefault(id, self.place)

    def instrument(self, data):
        record = Instrument(data)
        self.once(1, record.id)
        self.early(self.named, record.id)
        for party, root in record.records.items():
            self.early(self.signed_under, (party, root.id))
        self.ours(record)
        self.instruments[record.id] = record
        self.name(record.names)
        for party, root in record.records.items():
            self.key_records.setdefault((party, root.id), KeyRecord(root.id, root))

    def under(self, party, id, payload=b""):
        """The key record that something is made under, or None if that is not at hand; a statement then waits."""
        if (party, id) not in self.key_records:
            self.signed_under.setdefault((party, id), self.place)
            if payload:
                self.waiting, self.waiting_bytes = self.waiting + 1, self.waiting_bytes + len(payload)
                refuse(self.waiting > WAITING or self.waiting_bytes > WAITING_BYTES, "too-many-waiting")
        return self.key_records.get((party, id))

    def check(self, envelope, keys):
        key = next((key for key in keys if sha256(key) == envelope.signer), None)
        refuse(key is None, "unknown-key")
        self.signatures += 1
        refuse(not envelope.is_by(key), "bad-signature")

    def statement(self, kind, number, reader, data, store):
        envelope = Envelope(data, kind)
        record = store.get(envelope.id) or reader(envelope.payload)
        return envelope, record

    def sealed(self, kind, number, reader, data, store):
        envelope, record = self.statement(kind, number, reader, data, store)
        self.once(number, record.id, envelope.signer)
        self.ours(record)
        store[record.id] = record
        self.name([record.instrument] if kind == "seal" else record.rosters.values())
        under = self.under(record.party, record.keys, envelope.payload)
        if under:
            self.check(envelope, under.record.seal if under.record else [])
            record.signers.add(envelope.signer)

    def seal(self, data):
        self.sealed("seal", 2, Seal, data, self.seals)

    def withdrawal(self, data):
        self.sealed("withdrawal", 4, Withdrawal, data, self.withdrawals)

    def key_statement(self, data):
        envelope, record = self.statement("keys", 3, KeyStatement, data, self.statements)
        self.once(3, record.id, envelope.signer)
        self.ours(record)
        self.statements[record.id] = record
        previous = self.under(record.party, record.previous, envelope.payload)
        if not previous:
            return
        refuse(record.version != previous.version + 1, "wrong-version")
        self.check(envelope, previous.may_follow(record))
        record.signers.add(envelope.signer)
        key = (record.party, record.id)
        if key not in self.key_records and previous.authority(record):
            self.early(self.signed_under, key)
            self.key_records[key] = KeyRecord(record.id, record.record, previous, record)
            previous.followers.append(self.key_records[key])

    def certificate(self, data):
        envelope, record = self.statement("state", 5, Certificate, data, {})
        self.ours(record)
        self.once(5, record.id, envelope.signer)
        self.check(envelope, [n for (party, _), k in self.key_records.items() if party == record.party and k.record
                              for n in k.record.nodes])
        record.signers.add(envelope.signer)
        self.certificates[record.id, envelope.signer] = record

    def request(self, data):
        record = Seal(data)
        self.ours(record)
        self.once(9, record.id)
        self.requests[record.id] = record
        self.name([record.instrument])
        self.under(record.party, record.keys)

    def header(self, data):
        record = Header(data)
        self.ours(record)
        self.once(6, record.id)
        self.early(self.named, ("entry", record.id))
        self.headers[record.id] = record
        if record.sequence and record.previous not in self.headers:
            self.named.setdefault(("entry", record.previous), self.place)

    def body(self, data):
        record = Body(data)
        self.once(7, record.id)
        self.early(self.named, ("writer", record.writer))
        self.bodies[record.writer] = record

    def checkpoint(self, data):
        envelope = Envelope(data, "checkpoint")
        record = Checkpoint(envelope.payload)
        self.ours(record)
        self.once(8, record.id, envelope.signer)
        if record.entry not in self.headers:
            self.named.setdefault(("entry", record.entry), self.place)
            self.lacking.add(record.entry)
        if record.writer not in self.bodies:
            self.named.setdefault(("writer", record.writer), self.place)
            self.lacking.add(record.writer)
        else:
            self.check(envelope, [self.bodies[record.writer].key])
        self.checkpoints.append(record)

    def accusation(self, data):
        record = Accusation(data)
        self.ours(record)
        self.once(10, record.id)
        refuse(len(self.accusations) == ACCUSATIONS, "too-many")
        record.place = self.place
        self.accusations.append(record)

    def find_lacking(self):
        named = {self.roadmap}
        for instrument in self.instruments.values():
            named |= instrument.names
        for seal in [*self.seals.values(), *self.requests.values()]:
            named |= {seal.instrument, *seal.provided}
        for withdrawal in self.withdrawals.values():
            named |= {*withdrawal.rosters.values(), *withdrawal.committed}
        self.lacking |= named - set(self.instruments)
        self.lacking |= {id for (_, id) in self.signed_under}

    def supersede(self):
        for record in sorted(self.key_records.values(), key=lambda k: k.version):
            authorities = {f.id: record.authority(f.statement) for f in record.followers}
            for follower in record.followers:
                follower.by = authorities[follower.id]
                follower.superseded = record.superseded or "recovery" in authorities.values() and follower.by == "seal"

    def chain(self, party, root):
        return sorted((k for (p, _), k in self.key_records.items() if p == party and k.root == root),
                      key=lambda k: (k.version, k.id))

    def made_under(self, statement):
        return self.key_records.get((statement.party, statement.keys))

    def is_signed(self, statement):
        record = self.made_under(statement)
        return bool(record and record.record and len(statement.signers) >= record.record.threshold)

    def is_disputed(self, statement):
        record = self.made_under(statement)
        if not record or getattr(statement, "instrument", None) == self.roadmap:
            return False
        if not (record.followers or record.superseded):
            return False
        return not any(k.statement and not k.superseded and statement.id in k.statement.acknowledges
                       for k in self.chain(statement.party, record.root))
