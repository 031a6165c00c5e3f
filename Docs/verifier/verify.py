#!/usr/bin/env python3
"""A second verifier of bundles, written from Docs/Specification alone: python3 verify.py FILE… [--roadmap ID] --json

It shares no code with the product. Where it and the product disagree, one of them or the specification is wrong."""
import argparse, base64, copy, datetime, hashlib, hmac, json, mmap, re, sys
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
            fields.take("repeal", lambda v: refuse(v is not True, "out-of-range"))
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
        self.time = f.take("at", uint)
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
            return value
        f.take("type", constant("syngraph/state/1"))
        self.roadmap, self.party, self.writer = f.take("roadmap", id_), f.take("party", identifier), f.take("writer", id_)
        self.sequence = f.take("sequence", uint)
        self.previous = f.take("previous", previous)
        f.take("perfected", id_)
        self.root = f.take("inForce", id_)
        f.take("contested", listing(id_, 65_536, empty=True))
        known_heads = f.take("known", listing(known, 65_536, empty=True))
        self.held = min(sum(k[1] + 1 for k in known_heads), 2**64 - 1)
        self.entry = max((sequence for writer, sequence, _ in known_heads if writer == self.writer), default=None)
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

RECORDS, WAITING, WAITING_BYTES, ACCUSATIONS = 16_777_216, 16_384, 67_108_864, 256
SCOPES = ("agreement", "full", "provision", "evidence")
CONTRADICTIONS = ("two-verdicts", "incoherent-seals", "forked-keys", "two-states")


class NotABundle(Exception):
    pass


class File:
    """The frame of one bundle: its header, and then its items."""
    def __init__(self, data):
        self.data, self.offset, self.count, self.offsets = data, 0, 0, []
        self.before, self.digested = hashlib.sha256(), 0        # of all bytes before the item that is read
        self.decoder = Decoder(data)
        try:
            text, self.roadmap, self.scope = parts(
                self.decoder.value(), "wrong-kind", one_of("syngraph/bundle/1", "syngraph/bundle/2"), id_, one_of(*SCOPES))
            refuse(text == "syngraph/bundle/2" and self.scope != "full", "wrong-kind")
        except Fault:
            raise NotABundle from None

    def items(self):
        """(place, kind, bytes) of each record; then the footer is judged."""
        while True:
            self.place, self.offset = None, self.decoder.at
            self.before.update(self.data[self.digested:self.offset])
            self.digested = self.offset
            self.decoder = Decoder(self.data, self.decoder.at)
            count = self.head(4)
            if count == 3:
                break
            refuse(count != 2, "wrong-kind")
            kind, length = self.head(0), self.head(2)
            refuse(length > RECORD_BYTES, "too-long")
            record = self.take(length)
            refuse(self.count == RECORDS, "too-many")
            self.place = self.count
            self.offsets.append(self.offset)
            yield self.place, kind, record
            self.count += 1
        refuse(self.head(3) != 3, "wrong-kind")
        try:
            refuse(self.take(3).decode("utf-8") != "end", "wrong-kind")
        except UnicodeDecodeError:
            raise Fault("invalid-utf8") from None
        count = self.head(0)
        refuse(self.head(2) != 32, "contradiction")
        digest = self.take(32)
        refuse(self.decoder.at < len(self.data), "trailing-bytes")
        refuse(count != self.count or digest != self.before.digest(), "contradiction")
        self.offset = 0                                                   # what follows concerns the whole file

    def head(self, expected):
        """The argument of the next head, which is of that major type."""
        major, argument = self.decoder.head()
        refuse(major != expected, "wrong-type")
        return argument

    def take(self, length):
        """So many bytes, which are there or not."""
        start = self.decoder.at
        refuse(start + length > len(self.data), "truncated")
        self.decoder.at += length
        return self.data[start:self.decoder.at]

    def refusal(self, fault, name):
        place = fault.place if fault.place is not None else getattr(self, "place", None)
        offset = self.offset if fault.place is None else self.offsets[fault.place]
        return {"file": name, "record": place, "offset": offset, "code": fault.code, "message": fault.code}


PAGE_BUNDLE_BYTES = 8_388_608


def bundle_in_page(data):
    """The bundle that stands in a web page (page.md); None of what is no page."""
    if not re.match(rb"[\xef\xbb\xbf \t\r\n]*<", data):
        return None
    beginning = rb'(?:^|(?<=[\r\n]))<script type="application/vnd\.syngraph\.bundle" id="bundle">[\r\n]'
    found = re.split(beginning, data)
    if len(found) != 2 or b"</script>" not in found[1]:
        raise NotABundle
    letters = re.sub(rb"[\r\n]", b"", found[1].partition(b"</script>")[0])
    try:
        bundle = base64.b64decode(letters, validate=True)
    except ValueError:
        raise NotABundle from None
    if base64.b64encode(bundle) != letters or len(bundle) > PAGE_BUNDLE_BYTES:
        raise NotABundle
    return bundle


def parts(value, code, *readers):
    """A list of a fixed number of parts, and the code for another number."""
    refuse(type(value) is not list, "wrong-type")
    refuse(len(value) != len(readers), code)
    return [read(part) for read, part in zip(readers, value)]


class Header:
    def __init__(self, data):
        refuse(len(data) > 9216, "too-long")
        self.id = sha256(data)
        (_, self.roadmap, self.writer, self.sequence, self.previous, _, _, self.kind, self.body, _) = parts(
            decode(data), "bad-length", self.one, id_, id_, number(0, 281_474_976_710_655), id_, listing(id_, 256, empty=True),
            uint, uint, id_, self.length)

    @staticmethod
    def one(value):
        refuse(uint(value) != 1, "wrong-kind")

    @staticmethod
    def length(value):
        refuse(uint(value) > 16_777_216, "too-long")


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
            decode(data), "wrong-kind", constant("syngraph/checkpoint/1"), id_, id_, uint, id_)


class Accusation:
    def __init__(self, data):
        self.id, f = sha256(data), Fields(decode(data))
        f.take("type", constant("syngraph/accusation/1"))
        self.roadmap, self.party = f.take("roadmap", id_), f.take("party", identifier)
        self.kind = f.take("kind", one_of(*CONTRADICTIONS[:3], "forked-journal"))
        self.records = f.take("records", listing(id_, 2, empty=True))
        refuse(len(self.records) < 2, "bad-length")
        self.writer = f.take("writer", id_, True)
        refuse((self.writer is not None) != (self.kind == "forked-journal"), "contradiction")
        f.end()


class Ledger:
    """The records of bundles of one roadmap, each judged as it came."""
    def __init__(self, roadmap):
        self.roadmap = roadmap
        self.instruments, self.seals, self.statements, self.withdrawals = {}, {}, {}, {}
        self.certificates, self.requests, self.headers, self.bodies = {}, {}, {}, {}
        self.checkpoints, self.accusations = [], []
        self.key_records = {}           # (party, id): KeyRecord
        self.count, self.signatures, self.waiting, self.waiting_bytes = 0, 0, {}, 0
        self.lacking, self.ever_signed_under = set(), set()

    def read(self, file):
        """Takes in one more file: its order, and its repeats, are its own."""
        self.named, self.signed_under = {}, {}   # what earlier records name and is not at hand, with the place of the first
        self.seen, self.accused, self.scope = set(), None, file.scope
        refuse(file.scope == "full", "scope-not-supported")
        for self.place, kind, record in file.items():
            self.take(kind, record)
        file.place = None
        refuse(file.scope == "evidence" and self.accused is None, "no-accusation")
        self.count += file.count
        self.ever_signed_under |= set(self.signed_under)

    def settle(self):
        self.put_in_order()
        self.find_lacking()
        self.supersede()

    def take(self, kind, data):
        readers = {1: self.instrument, 2: self.seal, 3: self.key_statement, 4: self.withdrawal, 5: self.certificate,
                   9: self.request}
        if self.scope == "evidence":
            readers |= {6: self.header, 7: self.body, 8: self.checkpoint, 10: self.accusation}
        refuse(kind not in readers, "unexpected-kind")
        if self.accused is not None and kind != 10:
            raise Fault("too-early", self.accused)
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
            if (party, root.id) not in self.key_records:
                self.key_records[party, root.id] = KeyRecord(root.id, root)
                self.release((party, root.id))

    def under(self, party, id, envelope=None, record=None):
        """The key record that something is made under, or None if that is not at hand; a statement then waits."""
        if (party, id) not in self.key_records:
            self.signed_under.setdefault((party, id), self.place)
            if envelope:
                self.waiting.setdefault((party, id), []).append((envelope, record))
                self.waiting_bytes += len(envelope.payload)
                count = sum(map(len, self.waiting.values()))
                refuse(count > WAITING or self.waiting_bytes > WAITING_BYTES, "too-many-waiting")
        return self.key_records.get((party, id))

    def release(self, key):
        """Judges what earlier files hold that waited for a key record; within one file nothing does."""
        for envelope, record in self.waiting.pop(key, []):
            self.waiting_bytes -= len(envelope.payload)
            if type(record) is KeyStatement:
                self.follow(envelope, record, self.key_records[key])
            else:
                self.check_consent(envelope, record, self.key_records[key])

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
        under = self.under(record.party, record.keys, envelope, record)
        if under:
            self.check_consent(envelope, record, under)

    def check_consent(self, envelope, record, under):
        if envelope.signer not in record.signers:
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
        previous = self.under(record.party, record.previous, envelope, record)
        if previous and envelope.signer not in record.signers:
            self.follow(envelope, record, previous)

    def follow(self, envelope, record, previous):
        refuse(record.version != previous.version + 1, "wrong-version")
        self.check(envelope, previous.may_follow(record))
        record.signers.add(envelope.signer)
        key = (record.party, record.id)
        if key not in self.key_records and previous.authority(record):
            self.early(self.signed_under, key)
            self.key_records[key] = KeyRecord(record.id, record.record, previous, record)
            previous.followers.append(self.key_records[key])
            self.release(key)

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
        if record.writer not in self.bodies:
            self.named.setdefault(("writer", record.writer), self.place)
        else:
            self.check(envelope, [self.bodies[record.writer].key])
        self.checkpoints.append(record)

    def accusation(self, data):
        record = Accusation(data)
        self.ours(record)
        self.once(10, record.id)
        refuse(len(self.accusations) == ACCUSATIONS, "too-many")
        self.accused = self.place
        if record.id not in {a.id for a in self.accusations}:
            self.accusations.append(record)

    def put_in_order(self):
        """What is named before what names it, as each file has it, also where the files came the other way round."""
        ordered, ahead = {}, list(reversed(list(self.instruments)))
        while ahead:
            id = ahead[-1]
            waiting = [x for x in self.instruments[id].names if x in self.instruments and x not in ordered]
            if waiting:
                ahead += waiting
            else:
                ordered.setdefault(id, self.instruments[id])
                ahead.pop()
        self.instruments = ordered

    def find_lacking(self):
        named = {self.roadmap}
        for instrument in self.instruments.values():
            named |= instrument.names
        for seal in [*self.seals.values(), *self.requests.values()]:
            named |= {seal.instrument, *seal.provided}
        for withdrawal in self.withdrawals.values():
            named |= {*withdrawal.rosters.values(), *withdrawal.committed}
        self.lacking |= named - set(self.instruments)
        self.lacking |= {id for (party, id) in self.ever_signed_under if (party, id) not in self.key_records}
        for checkpoint in self.checkpoints:
            self.lacking |= ({checkpoint.entry} - set(self.headers)) | ({checkpoint.writer} - set(self.bodies))

    def until(self, moment):
        """The same, without the seals and withdrawals that say they are later."""
        ledger = copy.copy(self)
        ledger.seals = {id: copy.copy(s) for id, s in self.seals.items() if s.time <= moment}
        ledger.withdrawals = {id: w for id, w in self.withdrawals.items() if w.time <= moment}
        return ledger

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


# ---- What stands on what (agreement.md)

class Text:
    """What a set of instruments, no two of which conflict, says of each provision."""
    def __init__(self, world, members):
        self.writers = {}
        for id in sorted(members, key=lambda i: len(world.beneath[i])):   # what is built on all others has most beneath it
            for provision in world.instruments[id].writes:
                self.writers.setdefault(provision, []).append(id)
        self.newest = {p: ids[-1] for p, ids in self.writers.items()}
        self.contents = {p: c for p, i in self.newest.items() if (c := world.instruments[i].writes[p])}
        self.world = world

    def meaning(self, provision):
        content = self.contents.get(provision)
        return content.meaning if content else None

    def holders(self, standing):
        return self.meaning("roster/" + standing) or set()

    def contained(self, provision):
        found, children = set(), {}
        for p, content in self.contents.items():
            children.setdefault(content.parent, []).append(p)
        ahead = [provision]
        while ahead:
            for child in children.get(ahead.pop(), []):
                if child not in found:
                    found.add(child)
                    ahead.append(child)
        return found

    def constitution(self):
        return {p for p in self.newest if prefix(p) in ("roster", "rule")}


class Requirement:
    """One of the things that an instrument needs. `rule` with `text` and `named`; or the acceptance of one `party`:
    as a newcomer, or (`standings`) of the founding."""
    def __init__(self, rule=None, text=None, contents=(), party=None, standings=None):
        self.rule, self.text, self.contents, self.party, self.standings = rule, text, contents, party, standings

    def named(self, attribute):
        found = set()
        for content in self.contents:
            value = (content.attributes or {}).get(attribute)
            for item in value if type(value) is list else [value]:
                if type(item) is str and IDENTIFIER.match(item):
                    found.add(item)
        return found

    def electorate(self, standings):
        return set().union(*(self.text.holders(s) for s in standings))

    def parties(self):
        """Those of whom this speaks."""
        if self.party:
            return {self.party}
        found = set()
        for term in terms_of(self.rule):
            found |= (self.electorate(term[2]) if term[0] == "need" else {term[1]} if term[0] == "party"
                      else self.named(term[1]))
        return found

    def met(self, voice):
        if self.standings is not None:
            return all(voice.says(self.party, ("accept",), s) for s in self.standings)
        if self.party:
            return voice.newcomer(self.party)
        return self.term_met(self.rule, voice) and any(self.heard(term, voice) for term in terms_of(self.rule))

    def heard(self, term, voice):
        """Whether a party that the term counts accepts."""
        if term[0] == "need":
            return any(voice.says(party, ("accept",), s) for s in term[2] for party in self.text.holders(s))
        return any(voice.says(party, ("accept",)) for party in ({term[1]} if term[0] == "party" else self.named(term[1])))

    def term_met(self, term, voice):
        if term[0] in ("all", "any"):
            return (all if term[0] == "all" else any)(self.term_met(part, voice) for part in term[1])
        if term[0] == "party":
            return voice.says(term[1], ("accept",))
        if term[0] == "named":
            return all(voice.says(party, ("accept",)) for party in self.named(term[1]))
        _, share, standings, abstentions = term
        verdicts = ("accept", "abstain") if abstentions else ("accept",)
        electorate = self.electorate(standings)
        held = {party: [s for s in standings if party in self.text.holders(s)] for party in electorate}
        count = {party for party in electorate if any(voice.says(party, verdicts, s) for s in held[party])}
        n = len(electorate)
        if not n:
            return False
        least = (n if share == "all" else n // 2 + 1 if share == "majority" else share if type(share) is int
                 else (share[0] * n + share[1] - 1) // share[1])
        return len(count) >= least or share == "all" and bool(count) and all(
            voice.excused(party, s, self.text) for party in electorate - count for s in held[party])


class Voice:
    """Who said what on one instrument: seals that count, seals that count as a newcomer's, withdrawals; and who is taken
    to accept in whatever standing (`all`: everybody)."""
    def __init__(self, world, instrument, seals, withdrawals, accepting=frozenset(), newcomers=frozenset(), everybody=False):
        self.world, self.instrument, self.withdrawals, self.everybody = world, instrument, withdrawals, everybody
        self.accepting, self.newcomers, self.said = set(accepting), set(newcomers), {}
        for seal in seals:
            if seal.counts:
                self.said.setdefault(seal.party, []).append(seal)
            if seal.counts_as_newcomers and seal.verdict == "accept":
                self.newcomers.add(seal.party)

    def says(self, party, verdicts, standing=None):
        return self.everybody or party in self.accepting or any(
            seal.verdict in verdicts and (standing is None or seal.capacities is None or standing in seal.capacities)
            for seal in self.said.get(party, []))

    def newcomer(self, party):
        return self.everybody or party in self.newcomers

    def excused(self, party, standing, text):
        return any(w.party == party and self.world.excuses(w, self.instrument, standing, text) for w in self.withdrawals)


class World:
    """What follows from the records of a ledger."""
    def __init__(self, ledger):
        self.ledger, self.roadmap = ledger, ledger.roadmap
        self.instruments = ledger.instruments
        self.direct, self.beneath, self.awaiting, self.ill_formed = {}, {}, set(), {}
        self.well_formed, self.conflicts, self.cache = [], {}, {}
        for id, instrument in self.instruments.items():    # a bundle has what is named before what names it
            self.judge(id, instrument)
        self.needs = {id: self.all_needs(id) for id in self.well_formed}
        self.hear()
        self.perfect()

    # -- Texts

    def text(self, members):
        members = frozenset(members)
        if members not in self.cache:
            self.cache[members] = Text(self, members)
        return self.cache[members]

    def text_beneath(self, id):
        return self.text(self.beneath[id])

    def text_with(self, id):
        return self.text(self.beneath[id] | {id})

    # -- Well formed

    def judge(self, id, instrument):
        known = [x for x in instrument.ground if x in self.instruments]
        self.beneath[id] = instrument.ground.union(*(self.beneath[x] for x in known))
        reason = self.ill_formed_whatever_comes(instrument)
        if not reason and any(x not in self.instruments or x in self.awaiting for x in instrument.names):
            self.awaiting.add(id)
            return
        reason = reason or self.fault(id, instrument)
        if reason:
            self.ill_formed[id] = reason
            return
        self.conflicts[id] = {other for other in self.well_formed if self.conflict(id, other)}
        for other in self.conflicts[id]:
            self.conflicts[other].add(id)
        self.well_formed.append(id)

    def ill_formed_whatever_comes(self, i):
        for provision in i.writes:
            if prefix(provision) == "closing" and (i.subject is None or i.voids or i.base.get(provision) is not None):
                return "closingMalformed"
        if not i.founding and any(p not in i.base for p in i.writes):
            return "writesOutsideBase"
        if any(c is None and prefix(p) for p, c in i.writes.items()):
            return "repealsReserved"
        if any(x in self.ill_formed for x in i.names):
            return "namesIllFormed"
        return None

    def fault(self, id, i):
        beneath = self.beneath[id]
        if (id != self.roadmap) if i.founding else (self.roadmap not in beneath):
            return "foundingNotBeneath"
        if i.founding:
            rosters = [c for p, c in i.writes.items() if prefix(p) == "roster"]
            if not any(c.meaning for c in rosters):
                return "foundingNamesNobody"
            if any("rule/" + c not in i.writes for c in {c.cls for c in i.writes.values()} | {"roster", "rule", "party"}):
                return "foundingLacksRule"
            if any("party/" + party not in i.writes for c in rosters for party in c.listed):
                return "foundingLacksRecord"
        if any(self.conflicts[x] & beneath for x in beneath):
            return "groundInConflict"
        if beneath & set(i.replaces).union(*(self.instruments[x].replaces for x in beneath)):
            return "groundReplaced"
        text, after = self.text_beneath(id), None
        if i.subject:
            subject = self.instruments[i.subject]
            if subject.founding or subject.subject:
                return "closesFounding"
            rule = self.text_beneath(i.subject).meaning("rule/closing")
            if subject.base.get("rule/closing") is None or any(subject.base.get(r) is None for r in self.rosters_of(rule)):
                return "closingNotOffered"
            if i.outcome == "complete" and subject.constitutional and i.subject not in beneath:
                return "closingNotBuiltOnSubject"
        if any(text.newest.get(p) != version for p, version in i.base.items()):
            return "notNewestVersion"
        if not i.founding:
            for cls in self.classes(id):
                if not (cls == "closing" and i.subject) and (i.base.get("rule/" + cls) is None or any(
                        i.base.get(r) is None for r in self.rosters_of(text.meaning("rule/" + cls)))):
                    return "decidedOutsideBase"
            if i.constitutional and any(p not in i.base for p in text.constitution()):
                return "decidedOutsideBase"
        return self.fault_of_the_tree(id, i, text) or self.fault_of_keys(id, i)

    @staticmethod
    def rosters_of(rule):
        return {"roster/" + s for term in terms_of(rule) if term[0] == "need" for s in term[2]}

    def fault_of_the_tree(self, id, i, text):
        after = {p: c for p, c in text.contents.items() if p not in i.writes} | {p: c for p, c in i.writes.items() if c}
        parents = {c.parent for c in after.values()}
        for provision, content in i.writes.items():
            old = text.contents.get(provision)
            if content is None:
                if not old:
                    return "repealsNothing"
                if provision in parents:
                    return "leavesChildBehind"
            elif not old or old.parent != content.parent:
                parent, steps = content.parent, 0
                while parent is not None:
                    steps += 1
                    if parent == provision or steps > 64:
                        return "parentsInCycle"
                    if parent not in after:
                        return "parentNotThere"
                    if not i.founding and parent not in i.base:
                        return "parentNotReliedOn"
                    parent = after[parent].parent
                if old and any(p not in i.base for p in text.contained(provision)):
                    return "movesUnseen"
        return None

    def fault_of_keys(self, id, i):
        if i.records:
            owners = {}
            for p, content in self.text_with(id).contents.items():
                if prefix(p) == "party":
                    for key in content.meaning.keys:
                        owners.setdefault(key, set()).add(rest(p))
            if any(len(owners[key]) > 1 for record in i.records.values() for key in record.keys):
                return "keyServesTwice"
        return None

    def conflict(self, a, b):
        if a == b or a in self.beneath[b] or b in self.beneath[a]:
            return False
        x, y = self.instruments[a], self.instruments[b]
        shared = x.base.keys() & y.base.keys()
        if any((p in x.writes or p in y.writes) and x.base[p] == y.base[p] for p in shared):
            return True
        return x.constitutional and y.constitutional and all(
            x.base[p] == y.base[p] for p in shared if prefix(p) in ("rule", "roster"))

    # -- Needs

    def touched(self, id):
        """The contents that an instrument touches."""
        i, text = self.instruments[id], self.text_beneath(id)
        contents = []
        for provision, content in i.writes.items():
            old = text.contents.get(provision)
            contents += [c for c in (old, content) if c]
            if old and (content is None or content.parent != old.parent):
                contents += [text.contents[p] for p in text.contained(provision)]
        return contents

    def classes(self, id):
        return {c.cls for c in self.touched(id)} | ({"roster"} if self.instruments[id].voids else set())

    def own_needs(self, id):
        """Its own and its newcomers."""
        i = self.instruments[id]
        text, touched = self.text_beneath(i.subject or id), self.touched(id)
        result = []
        for cls in sorted(self.classes(id)):
            rule = text.meaning("rule/" + cls) or ("any", [])     # no rule: nothing meets it
            result.append(Requirement(rule, text, [c for c in touched if c.cls == cls]))
        beneath = self.text_beneath(id)
        for provision, content in i.writes.items():
            if prefix(provision) == "roster":
                result += [Requirement(party=p) for p in sorted(content.meaning - (beneath.meaning(provision) or set()))]
        return result

    def all_needs(self, id):
        i = self.instruments[id]
        if i.founding:
            rosters = {rest(p): c.meaning for p, c in i.writes.items() if prefix(p) == "roster"}
            return [Requirement(party=party, standings=[s for s in rosters if party in rosters[s]])
                    for party in sorted(set().union(*rosters.values()))]
        result, seen, ahead = self.own_needs(id), set(), list(i.replaces)
        while ahead:
            replaced = ahead.pop()
            if replaced in seen:
                continue
            seen.add(replaced)
            r = self.instruments[replaced]
            ahead += r.replaces
            if r.outcome == "complete":
                ahead.append(r.subject)
            result += self.own_needs(replaced)
            if r.constitutional:
                text = self.text_with(replaced)
                for provision in text.contents:
                    if prefix(provision) == "rule":
                        contents = [c for c in self.touched(replaced) if c.cls == rest(provision)]
                        requirement = Requirement(text.meaning(provision), text, contents)
                        if requirement.met(Voice(self, replaced, [], [], everybody=True)):
                            result.append(requirement)
        return result

    def earlier(self, id, party):
        record = self.text_beneath(id).meaning("party/" + party)
        return record.id if record else None

    def brought(self, id, party):
        record = self.instruments[id].records.get(party)
        return record.id if record else None

    def excuses(self, w, id, standing, text):
        key = ("excuse", w.id, id, standing, text)
        if key not in self.cache:
            self.cache[key] = self.find_excuse(w, id, standing, text)
        return self.cache[key]

    def find_excuse(self, w, id, standing, text):
        if standing not in w.rosters or self.ledger.made_under(w).root != self.earlier(id, w.party):
            return False
        versions = text.writers.get("roster/" + standing, [])
        if w.rosters[standing] not in versions:
            return False
        for version in versions[versions.index(w.rosters[standing]):]:
            if w.party not in self.instruments[version].writes["roster/" + standing].meaning:
                return False
        return all(j in self.instruments and j not in self.awaiting and (j in self.ill_formed or not self.speaks_against(j, id))
                   for j in w.committed if j != id)

    # -- The honest check, as far as others can ask it

    def speaks_against(self, j, i):
        """Whether the clauses replacedBy to earlierBuiltOnRival say something against i after j."""
        a, b = self.instruments[j], self.instruments[i]
        if i == j:
            return False
        if i in a.replaces:
            return True
        if j in b.replaces:
            return False
        beneath = self.beneath[i]
        replacers = {x for x in self.well_formed if j in self.instruments[x].replaces}
        named = bool(replacers & beneath)                    # i is built on something that replaces j
        if not named and (i in self.conflicts[j] or beneath & set(a.replaces)):
            return True
        if any(x not in replacers and not replacers & self.beneath[x] for x in self.conflicts[j] & beneath):
            return True
        return bool(self.beneath[j] & (set(b.replaces) | self.conflicts[i]))

    # -- Which seals count

    def hear(self):
        ledger = self.ledger
        self.seals_on = {id: [] for id in self.instruments}
        for seal in sorted(ledger.seals.values(), key=lambda s: s.id):
            seal.counts = seal.counts_as_newcomers = False
            if seal.instrument in self.needs and ledger.is_signed(seal):
                root = ledger.made_under(seal).root
                earlier, brought = self.earlier(seal.instrument, seal.party), self.brought(seal.instrument, seal.party)
                seal.counts = root == (earlier or brought)
                seal.counts_as_newcomers = root == (brought or earlier)
                if seal.counts or seal.counts_as_newcomers:
                    self.seals_on[seal.instrument].append(seal)
        self.effects = [w for w in ledger.withdrawals.values() if w.stage == "effect" and ledger.is_signed(w)]

    def voice(self, id, members=None, void=frozenset(), without=frozenset(), accepting=frozenset(), newcomers=frozenset()):
        """The seals on an instrument whose conditions are among the members (None: as if all stood)."""
        founding = self.instruments[id].founding
        seals = [s for s in self.seals_on[id] if s.id not in void and s.party not in without
                 and (not s.provided if founding else members is None or members.issuperset(s.provided))]
        return Voice(self, id, seals, [w for w in self.effects if w.id not in void], accepting, newcomers)

    def met(self, id, voice):
        return all(requirement.met(voice) for requirement in self.needs[id])

    # -- The two fixed points, and what lies between

    def greatest(self, candidates, void):
        members, again = set(candidates), True
        while again:
            again = False
            for id in sorted(members):
                if not self.instruments[id].ground <= members or not self.met(id, self.voice(id, members, void)):
                    members.discard(id)
                    again = True
        return members

    def perfect(self):
        ledger = self.ledger
        self.perfected = self.greatest(self.well_formed, frozenset())
        self.out = set()
        for id in reversed(list(self.instruments)):                       # the newest first
            if id in self.perfected and id not in self.out:
                self.out |= set(self.instruments[id].replaces)
        self.disputed = {s.id for s in [*ledger.seals.values(), *ledger.withdrawals.values()] if ledger.is_disputed(s)}
        self.void = self.disputed & set().union(*(self.instruments[x].voids for x in self.perfected - self.out))
        self.standing = self.greatest(self.perfected - self.out, self.void)
        self.contested = {x for x in self.standing if self.conflicts[x] & self.standing}
        self.in_force = self.resolve() if self.contested else set(self.standing)
        self.text_in_force = self.text(self.in_force)
        self.established = {(p, r.id) for x in self.perfected for p, r in self.instruments[x].records.items()}

    def committed_parties(self, id):
        return {s.party for s in self.seals_on[id] if s.counts and s.verdict != "reject" and s.id not in self.void}

    def beats(self, a, b):
        liars = self.committed_parties(a) & self.committed_parties(b)
        left = [self.met(x, self.voice(x, self.standing, self.void, liars)) for x in (a, b)]
        return left == [True, False]

    def resolve(self):
        left, found = set(self.standing), set()
        while ready := sorted(x for x in left if self.instruments[x].ground <= found):
            taken = next((x for x in ready if not any(self.beats(y, x) for y in self.conflicts[x] & left)), ready[0])
            left.discard(taken)
            found.add(taken)
            dropped = self.conflicts[taken] & left
            left = {x for x in left if x not in dropped and not self.beneath[x] & dropped}
        return found

    # -- Contradictions

    def binds(self, seal):
        return ((seal.counts or seal.counts_as_newcomers) and seal.id not in self.disputed
                and (seal.party, self.ledger.made_under(seal).root) in self.established)

    def is_loose(self, commitments, j, i):
        """Whether a party's commitment to j is loose towards i."""
        def frees(z):
            if z not in self.needs or self.instruments[z].subject != j or self.instruments[z].outcome != "complete":
                return False
            rivals = self.conflicts[z]
            replaced = {x for x in self.well_formed if i in self.instruments[x].replaces}
            return bool(i in rivals or rivals & self.beneath[i]) and (
                z not in commitments or z in replaced or bool(self.beneath[z] & replaced))
        return all(any(frees(z) for z in seal.provided) for seal in commitments[j])

    def cannot_be_judged(self, id):
        return id not in self.instruments or id in self.awaiting

    def incoherent(self, commitments, a, b):
        """Whether commitments to two instruments contradict each other; None while it cannot be said."""
        if not (self.speaks_against(a, b) and self.speaks_against(b, a)):
            return False
        if any(self.cannot_be_judged(z) for x in (a, b) for seal in commitments[x] for z in seal.provided):
            return None
        return not (self.is_loose(commitments, a, b) or self.is_loose(commitments, b, a))

    def contradictions(self):
        found, seals = [], {}
        for id in self.well_formed:
            for seal in self.seals_on[id]:                                # ascending
                if self.binds(seal):
                    seals.setdefault(seal.party, {}).setdefault(id, []).append(seal)
        self.commitments = {}
        for party, on in seals.items():
            for given in on.values():
                first = {}
                for seal in given:
                    first.setdefault(seal.verdict, seal.id)
                lowest, *others = sorted(first.values())
                found += [(party, 0, [lowest, other]) for other in others]
            commitments = {id: c for id, given in on.items() if (c := [s for s in given if s.verdict != "reject"])}
            self.commitments[party] = commitments
            for a, b in combinations(commitments, 2):
                if self.incoherent(commitments, a, b):
                    found.append((party, 1, sorted([commitments[a][0].id, commitments[b][0].id])))
        for (party, _), record in self.ledger.key_records.items():
            if (party, record.root) in self.established:
                for authority in ("recovery", "seal"):
                    ids = sorted(f.id for f in record.followers if f.by == authority and not f.superseded)
                    found += [(party, 2, [ids[0], other]) for other in ids[1:]]
        return sorted(found + self.contradicting_certificates())

    def contradicting_certificates(self):
        chains, found = {}, []
        for (_, signer), c in self.ledger.certificates.items():
            if self.speaks_for(c.party, signer):
                chains.setdefault((c.party, c.writer, signer), {}).setdefault(c.sequence, []).append(c)
        for (party, _, _), numbered in chains.items():
            for sequence, certificates in numbered.items():
                ids, following = sorted(c.id for c in certificates), numbered.get(sequence + 1, ())
                found += [(party, 3, [ids[0], other]) for other in ids[1:]]
                if len(ids) == len(following) == 1 and following[0].previous != ids[0]:
                    found.append((party, 3, sorted([ids[0], following[0].id])))
        return [f for n, f in enumerate(found) if f not in found[:n]]

    # -- What is said of instruments and parties

    def version_in_force(self, provision):
        return self.text_in_force.newest.get(provision)

    def state(self, id):
        i = self.instruments[id]
        if id in self.ill_formed:
            return "ill-formed"
        if id in self.awaiting:
            return "awaiting-records"
        if id in self.contested:
            return "contested"
        if id in self.in_force:
            return "in-force"
        if id in self.out:
            return "replaced"
        if id in self.perfected:
            return "suspended"
        for provision, version in i.base.items():
            now = self.version_in_force(provision)
            if now is not None and now != version and (version is None or now not in self.beneath[version]):
                return "stale"
        if self.is_rejected(id):
            return "rejected"
        if i.ground <= self.perfected and self.met(id, self.voice(id)):
            return "conditional"
        return "sealed" if any(s.verdict != "reject" for s in self.seals_on[id]) else "unsealed"

    def is_rejected(self, id):
        voice, rejections = self.voice(id), [s for s in self.seals_on[id] if s.verdict == "reject"]
        against = {s.party for s in rejections if s.counts}
        newcomers_against = {s.party for s in rejections if s.counts_as_newcomers}
        everybody = set().union(*(r.parties() for r in self.needs[id]))
        voice.accepting, voice.newcomers = everybody - against, voice.newcomers | everybody - newcomers_against
        return bool(rejections) and not self.met(id, voice)

    def missing(self, id):
        """The missing parties (None: no answer), and the missing instruments."""
        i = self.instruments[id]
        if id in self.ill_formed:
            return None, set()
        if id in self.awaiting:
            return None, {x for x in i.names if self.cannot_be_judged(x)}
        instruments = i.ground.union(*(s.provided for s in self.seals_on[id])) - self.standing

        def suffice(parties):
            return self.met(id, self.voice(id, accepting=parties, newcomers=parties))
        if suffice(()):
            return set(), instruments
        silent = set().union(*(r.parties() for r in self.needs[id])) - {s.party for s in self.seals_on[id] if s.counts}
        if not suffice(silent):
            return None, instruments
        needed = {party for party in silent if not suffice(silent - {party})}
        others, tried = sorted(silent - needed), 0
        for size in range(len(others) + 1):
            for some in combinations(others, size):
                tried += 1
                if tried > 20_000:
                    return None, instruments
                if suffice(needed | set(some)):
                    return needed | set(some), instruments
        return None, instruments

    def state_root(self):
        leaves = []
        for provision, content in sorted(self.text_in_force.contents.items()):
            version = self.text_in_force.newest[provision]
            code = hmac.new(self.instruments[version].salt, b"syngraph/leaf/1" + provision.encode(), "sha256").digest()
            leaves.append(encode([provision, version, sha256(code + content.encoded)]))
        return tree(leaves)

    def speaks_for(self, party, signer):
        return any(p == party and k.record and not k.superseded and (p, k.root) in self.established
                   and signer in map(sha256, k.record.nodes) for (p, _), k in self.ledger.key_records.items())

    def certificate(self, party):
        """A party's newest state certificate."""
        return newest_certificate(self.ledger.certificates, party, self.speaks_for)

    def concordance(self, parties):
        """Whether every party with a node by its newest key record, of whom there must be one, certifies this state."""
        asked = []
        for party, keys in parties:
            if keys and self.ledger.key_records[party, bytes.fromhex(keys["record"])].before.nodes:
                certificate = self.certificate(party)
                asked.append(certificate is not None and certificate.root == self.state_root())
        return bool(asked) and all(asked)


# ---- Accusations (evidence.md)

def judge_accusation(world, ledger, a, said):
    """(verdict, reason, missing) of one accusation; `said` are the contradictions of the file."""
    if a.kind == "forked-journal":
        return judge_fork(world, ledger, a)
    store = ledger.statements if a.kind == "forked-keys" else ledger.seals
    absent = {id for id in a.records if id not in store}
    if absent:
        return "incomplete", "absent", absent
    one, two = (store[id] for id in a.records)
    if one.party != a.party or two.party != a.party:
        return "acquitted", "other-records", ()
    if a.kind == "forked-keys":
        if one.previous != two.previous:
            return "acquitted", "other-records", ()
        under = [(a.party, one.previous)]
    else:
        same = one.instrument == two.instrument
        if a.kind == "two-verdicts" and (not same or one.verdict == two.verdict):
            return "acquitted", "other-records", ()
        if a.kind == "incoherent-seals" and (same or "reject" in (one.verdict, two.verdict)):
            return "acquitted", "other-records", ()
        if any(s.instrument in world.ill_formed for s in (one, two)):
            return "acquitted", "ill-formed", ()
        ahead = {one.instrument, two.instrument}
        if a.kind == "incoherent-seals":            # that two verdicts differ does not hang on conditions
            ahead.update(*(s.provided for s in ledger.seals.values()
                           if s in (one, two) or s.party == a.party and s.instrument in ahead and ledger.made_under(s)))
        seen = set()
        while ahead:
            id = ahead.pop()
            if id not in seen:
                seen.add(id)
                if id in world.instruments:
                    ahead |= world.instruments[id].names
        absent = {id for id in seen if id not in world.instruments}
        under = [(a.party, s.keys) for s in (one, two)]
    for party, id in under:       # a key statement that is in the file and not good is not absent, but what it follows may be
        while (party, id) not in ledger.key_records and id in ledger.statements:
            id = ledger.statements[id].previous
        if (party, id) not in ledger.key_records:
            absent.add(id)
    if absent:
        return "incomplete", "absent", absent
    if any(key not in ledger.key_records for key in under):
        return "incomplete", "not-signed", ()
    records = [ledger.key_records[key] for key in under]
    if a.kind == "forked-keys":
        made = [ledger.key_records.get((a.party, s.id)) for s in (one, two)]
        if None in made:
            return "incomplete", "not-signed", ()
        if any(k.superseded for k in made):
            return "acquitted", "superseded", ()
    else:
        if not (ledger.is_signed(one) and ledger.is_signed(two)):
            return "incomplete", "not-signed", ()
        if not all(s.counts or s.counts_as_newcomers for s in (one, two)):
            return "acquitted", "other-keys", ()
        if any(s.id in world.disputed for s in (one, two)):
            return "acquitted", "disowned", ()
    if any((a.party, k.root) not in world.established for k in records):
        return "incomplete", "not-established", ()
    if a.kind == "two-verdicts":
        found = True
    elif a.kind == "incoherent-seals":
        found = world.incoherent(world.commitments[a.party], one.instrument, two.instrument)
    else:
        found = made[0].by == made[1].by
    return ("convicted", "contradiction", ()) if found else ("acquitted", "coherent", ())


def judge_fork(world, ledger, a):
    absent = {id for id in a.records if id not in ledger.headers} | ({a.writer} - set(ledger.bodies))
    if absent:
        return "incomplete", "absent", absent
    one, two = (ledger.headers[id] for id in a.records)
    if {one.writer, two.writer} != {a.writer} or one.sequence != two.sequence:
        return "acquitted", "other-records", ()
    if one.previous != two.previous:
        return "incomplete", "earlier-parting", ()
    covered = {c.entry for c in ledger.checkpoints if c.writer == a.writer and ledger.bodies.get(c.writer)
               and c.entry in ledger.headers and ledger.headers[c.entry].sequence == c.sequence
               and ledger.headers[c.entry].writer == c.writer}
    ahead = list(covered)
    while ahead:
        header = ledger.headers[ahead.pop()]
        before = ledger.headers.get(header.previous) if header.sequence else None
        if before and before.id not in covered and (before.writer, before.sequence) == (header.writer, header.sequence - 1):
            covered.add(before.id)
            ahead.append(before.id)
    if not covered.issuperset(a.records):
        return "incomplete", "not-covered", ()
    if not world.speaks_for(a.party, ledger.bodies[a.writer].signer):
        return "incomplete", "not-established", ()
    return "convicted", "fork", ()


# ---- Proofs (proof.md)

class Proof:
    def __init__(self, data):
        f = Fields(decode(data))
        f.take("type", constant("syngraph/proof/1"))
        self.roadmap, self.provision = f.take("roadmap", id_), f.take("provision", identifier)
        self.count = f.take("count", number(1, 2**32))
        self.shown = f.take("shown", self.read_shown)                     # (place, provision, version, content, leaf)
        self.nodes = f.take("nodes", listing(id_, 131_072, empty=True, ascending=False))
        f.end()
        self.contents = {provision: content for _, provision, _, content, _ in self.shown}
        refuse(self.provision not in self.contents, "contradiction")
        refuse(any(p != self.provision and prefix(p) not in ("rule", "roster", "party") for p in self.contents),
               "contradiction")
        self.place, _, self.version, self.content, self.leaf = next(s for s in self.shown if s[1] == self.provision)
        self.left, self.path = list(self.nodes), []
        self.root = self.subtree(0, self.count, self.shown)
        refuse(self.left, "contradiction")

    def read_shown(self, value):
        refuse(type(value) is not list, "wrong-type")
        refuse(len(value) > 4096, "too-many")
        found = []
        for item in value:
            f = Fields(item)
            place, provision = f.take("place", number(0, self.count - 1)), f.take("provision", identifier)
            version, secret = f.take("version", id_), f.take("secret", id_)
            content = f.take("content", lambda v: Content(provision, v))
            f.end()
            refuse(found and (found[-1][0] >= place or found[-1][1] >= provision), "not-ascending")
            found.append((place, provision, version, content, encode([provision, version, sha256(secret + content.encoded)])))
        refuse(not found, "empty-list")
        return found

    def subtree(self, first, count, shown):
        """The root of the leaves from `first` on; siblings of what leads to the provision are its path."""
        if not shown:
            refuse(not self.left, "contradiction")
            return self.left.pop(0)
        if count == 1:
            return sha256(b"\0" + shown[0][4])
        k = 1 << (count - 1).bit_length() - 1
        left = self.subtree(first, k, [s for s in shown if s[0] < first + k])
        right = self.subtree(first + k, count - k, [s for s in shown if s[0] >= first + k])
        if first <= self.place < first + count:
            self.path.append(right if self.place < first + k else left)
        return sha256(b"\1" + left + right)

    def rule_is_met(self, seals):
        """Whether the plain seals meet the rule shown; None where none is."""
        rule = self.contents.get("rule/" + self.content.cls)
        if rule is None:
            return None
        text = RostersAlone(self.contents)
        voice = Voice(None, None, [], [])
        for seal in seals:
            if not seal.provided:
                voice.said.setdefault(seal.party, []).append(seal)
        return Requirement(rule.meaning, text, [self.content]).met(voice)


class RostersAlone:
    """The rosters that a proof shows; a standing without one has no holders."""
    def __init__(self, contents):
        self.contents = contents

    def holders(self, standing):
        roster = self.contents.get("roster/" + standing)
        return roster.meaning if roster else set()


class ProofLedger(Ledger):
    """The records of one proof; nothing waits."""
    def __init__(self, file):
        super().__init__(file.roadmap)
        self.proof, self.seen, self.signed_under = None, set(), {}
        for self.place, kind, record in file.items():
            self.take(kind, record)
        file.place = None
        refuse(self.proof is None, "no-proof")
        self.count = file.count
        self.supersede()

    def take(self, kind, data):
        refuse(kind not in (2, 3, 5, 11) or kind == 11 and self.proof, "unexpected-kind")
        refuse(kind != 11 and not self.proof, "too-early")
        {2: self.seal, 3: self.key_statement, 5: self.certificate, 11: self.open}[kind](data)

    def open(self, data):
        proof = Proof(data)
        self.ours(proof)
        self.proof = proof
        for provision, content in proof.contents.items():
            if prefix(provision) == "party":
                party, record = rest(provision), content.meaning
                self.key_records[party, record.id] = KeyRecord(record.id, record)

    def name(self, ids):
        refuse(any(id != self.proof.version for id in ids), "not-of-this-proof")

    def under(self, party, id, envelope=None, record=None):
        refuse((party, id) not in self.key_records, "unknown-key")
        return self.key_records[party, id]

    def certificate(self, data):
        envelope, record = self.statement("state", 5, Certificate, data, {})
        self.once(5, record.id, envelope.signer)
        self.ours(record)
        refuse(record.root != self.proof.root, "not-of-this-proof")
        self.check(envelope, [n for (party, _), k in self.key_records.items() if party == record.party and k.record
                              for n in k.record.nodes])
        self.certificates[record.id, envelope.signer] = record


def newest_certificate(certificates, party, speaks_for):
    """Of a party's certificates the newest, by nodes that speak for it."""
    newest = {}
    for (_, signer), c in certificates.items():
        if c.party == party and speaks_for(party, signer):
            chain = newest.setdefault((c.writer, signer), c)
            if (-c.sequence, c.id) < (-chain.sequence, chain.id):
                newest[c.writer, signer] = c
    return min(newest.values(), key=lambda c: (-c.held, c.id), default=None)


def say_proof(ledger, is_known):
    """What is said of one proof; and whether anybody certifies it, and everybody who does is known."""
    proof, parties = ledger.proof, []
    signed = sorted((s for s in ledger.seals.values() if ledger.is_signed(s)), key=lambda s: s.id)

    def speaks_for(party, signer):
        return any(p == party and k.record and not k.superseded and signer in map(sha256, k.record.nodes)
                   for (p, _), k in ledger.key_records.items())
    for provision, content in sorted(proof.contents.items()):
        if prefix(provision) != "party":
            continue
        party, root = rest(provision), content.meaning.id
        chain = ledger.chain(party, root)
        certificate = newest_certificate(ledger.certificates, party, speaks_for)
        parties.append({
            "id": party, "keys": root.hex(),
            "record": min((k for k in chain if not k.superseded), key=lambda k: (-k.version, k.id)).id.hex(),
            "known": any(is_known(party, k.id) for k in chain),
            "state": certificate and {"id": certificate.id.hex(), "at": moment(certificate.time),
                                      "sequence": certificate.sequence, "entry": certificate.entry},
            "seals": [{"id": s.id.hex(), "verdict": s.verdict, "provided": hexes(s.provided),
                       "disputed": ledger.is_disputed(s), "at": moment(s.time)} for s in signed if s.party == party]})
    certifying = [p for p in parties if p["state"]]
    rule = proof.contents.get("rule/" + proof.content.cls)
    return {"provision": proof.provision, "version": proof.version.hex(), "content": plain(decode(proof.content.encoded)),
            "leaf": proof.leaf.hex(), "place": proof.place, "count": proof.count, "path": [n.hex() for n in proof.path],
            "root": proof.root.hex(), "rule": plain(rule.attributes["rule"]) if rule else None,
            "ruleMet": proof.rule_is_met(signed), "keysChecked": bool(certifying) and all(p["known"] for p in certifying),
            "parties": parties}


def plain(value):
    """A value of a record as JSON has it."""
    if type(value) is bytes:
        return value.hex()
    if type(value) is list:
        return [plain(item) for item in value]
    if type(value) is dict:
        return {str(key): plain(item) for key, item in value.items()}
    return value


# ---- What a verifier says (commands.md)

def hexes(ids):
    return [id.hex() for id in sorted(ids)]


def moment(seconds):
    days, second = divmod(seconds, 86_400)
    era, day = divmod(days + 719_468, 146_097)                 # civil calendar, years that begin in March
    year_of_era = (day - day // 1460 + day // 36_524 - day // 146_096) // 365
    day -= 365 * year_of_era + year_of_era // 4 - year_of_era // 100
    m = (5 * day + 2) // 153
    month, day = m + 3 if m < 10 else m - 9, day - (153 * m + 2) // 5 + 1
    year = 400 * era + year_of_era + (month <= 2)
    return f"{'+' if year > 9999 else ''}{year:04}-{month:02}-{day:02}T" \
           f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}Z"


def say_party(world, party, text):
    ledger, record, certificate = world.ledger, text.meaning("party/" + party), world.certificate(party)
    keys = None
    if record:
        chain = ledger.chain(party, record.id)
        newest = min((k for k in chain if not k.superseded), key=lambda k: (-k.version, k.id))
        keys = {"root": record.id.hex(), "record": newest.id.hex(), "version": newest.version, "frozen": not newest.record,
                "chain": [{"id": k.id.hex(), "version": k.version, "previous": k.previous.id.hex() if k.previous else None,
                           "authority": k.by if k.previous else None, "frozen": not k.record, "superseded": k.superseded,
                           "acknowledges": hexes(k.statement.acknowledges) if k.statement else [],
                           "reason": k.statement.reason if k.statement else None} for k in chain]}

    def signed(store):
        return [s for s in store.values() if s.party == party and ledger.is_signed(s)
                and (party, ledger.made_under(s).root) in world.established]
    disputed = {s.id for s in signed(ledger.seals)} & world.disputed
    return {
        "id": party,
        "standings": sorted(rest(p) for p in text.contents if prefix(p) == "roster" and party in text.meaning(p)),
        "state": certificate and {"root": certificate.root.hex(), "at": moment(certificate.time),
                                  "sequence": certificate.sequence, "agrees": certificate.root == world.state_root(),
                                  "entry": certificate.entry},
        "keys": keys, "disputed": hexes(disputed), "void": hexes(disputed & world.void),
        "withdrawals": [{"id": w.id.hex(), "stage": w.stage, "rosters": {s: v.hex() for s, v in w.rosters.items()},
                         "at": moment(w.time), "disputed": w.id in world.disputed, "void": w.id in world.void,
                         "reason": w.reason or {}} for w in sorted(signed(ledger.withdrawals), key=lambda w: w.id)]}


def say_instrument(world, id):
    i, (parties, instruments) = world.instruments[id], world.missing(id)
    subject = i.subject or id
    ends = [x for x in world.in_force if id not in world.awaiting and world.instruments[x].subject == subject and x != id
            and (i.subject or world.instruments[x].outcome == "abandoned") and id not in world.in_force | world.out]
    return {
        "id": id.hex(), "title": i.titles.get(i.languages[0]) or next(iter(i.titles.values())), "titles": i.titles,
        "state": world.state(id), "missing": {"parties": None if parties is None else sorted(parties),
                                              "instruments": hexes(instruments)},
        "illFormed": world.ill_formed.get(id),
        "closes": {"subject": i.subject.hex(), "outcome": i.outcome} if i.subject and i.outcome else None,
        "endedBy": min(ends).hex() if ends else None}


def say_day(world, day):
    """What was in force at the end of a day, by the dates that the signers claim."""
    moment_ = int(datetime.datetime.fromisoformat(day + "T23:59:59+00:00").timestamp())
    then = World(world.ledger.until(moment_))
    root, claims, confirmed = then.state_root(), {}, {}
    for id in then.in_force:
        for seal in then.seals_on[id]:
            if seal.counts:
                claims[seal.party] = max(seal.time, claims.get(seal.party, 0))
    for (_, signer), c in world.ledger.certificates.items():
        if c.time <= moment_ and c.root == root and world.speaks_for(c.party, signer):
            confirmed[c.party] = max(c.time, confirmed.get(c.party, 0))

    def dated(found):
        return [{"party": party, "at": moment(at)} for party, at in sorted(found.items())]
    return {"day": day, "stateRoot": root.hex(), "perfected": hexes(then.perfected), "inForce": hexes(then.in_force),
            "contested": hexes(then.contested), "restsOn": dated(claims), "confirmed": dated(confirmed)}


VERDICTS = ("valid", "incomplete", "forked", "invalid")


def say_agreement(ledger, scope, day):
    """What is said of the records of an agreement; and their world."""
    world = World(ledger)
    contradictions = world.contradictions()
    evidence = [{"party": p, "kind": CONTRADICTIONS[k], "records": hexes(r)} for p, k, r in contradictions]
    accusations = []
    for a in ledger.accusations:
        verdict, reason, missing = judge_accusation(world, ledger, a, contradictions)
        accusations.append({"party": a.party, "kind": a.kind, "records": hexes(a.records),
                            "writer": a.writer.hex() if a.writer else None, "verdict": verdict,
                            "missing": hexes(missing), "reason": reason})
    verdicts = {a["verdict"] for a in accusations}
    if evidence or "convicted" in verdicts:
        verdict = "forked"
    else:
        verdict = "incomplete" if ("incomplete" in verdicts if scope == "evidence" else ledger.lacking) else "valid"
    text = world.text_in_force
    if not world.in_force and world.roadmap in world.needs:
        text = world.text_with(world.roadmap)
    parties = {rest(p) for p in text.contents if prefix(p) == "party"}.union(
        *(text.meaning(p) for p in text.contents if prefix(p) == "roster"))
    said = [say_party(world, party, text) for party in sorted(parties)]
    return world, {
        "verdict": verdict, "lacking": hexes(ledger.lacking), "evidence": evidence, "accusations": accusations,
        "stateRoot": world.state_root().hex(), "perfectedRoot": tree(sorted(world.perfected)).hex(),
        "perfected": hexes(world.perfected), "inForce": hexes(world.in_force), "contested": hexes(world.contested),
        "instruments": [say_instrument(world, id) for id in sorted(world.instruments)], "parties": said,
        "concordance": world.concordance([(p["id"], p["keys"]) for p in said]),
        "asOf": say_day(world, day) if day else None, "records": ledger.count, "signatures": ledger.signatures}


def verify(contents, told=None, required=(), keys=(), day=None, names=None):
    """What `syngraph verify --json` prints of some files, as a dictionary. Raises NotABundle."""
    told, keys = bytes.fromhex(told) if told else None, {bytes.fromhex(key) for key in keys}
    bundles = [bundle_in_page(data) for data in contents]
    pages = [{"file": names and names[place], "asWritten": None} for place, b in enumerate(bundles) if b is not None]
    files = [File(data if bundle is None else bundle) for data, bundle in zip(contents, bundles)]
    result = {"verdict": "invalid", "lacking": [], "evidence": [], "accusations": [], "refusal": None,
              "roadmap": files[0].roadmap.hex(), "roadmapChecked": told == files[0].roadmap, "stateRoot": None,
              "perfectedRoot": None, "perfected": [], "inForce": [], "contested": [], "instruments": [], "parties": [],
              "concordance": None, "proofs": [], "asOf": None, "records": None, "signatures": None,
              "required": [{"id": id, "inForce": False} for id in required], "pages": pages}
    roadmap, ledger, world, found, proofs = told or files[0].roadmap, None, None, {"verdict": "valid"}, []
    wholes = [f for f in files if f.scope != "provision"]
    try:
        for file in files:
            refuse(file.roadmap != roadmap, "not-the-roadmap-asked-for" if told else "other-roadmap")
        if wholes:
            ledger = Ledger(roadmap)
            for file in wholes:
                ledger.read(file)
            ledger.settle()
            scope = "evidence" if all(f.scope == "evidence" for f in wholes) else "agreement"
            world, found = say_agreement(ledger, scope, day)
        for file in files:
            if file.scope == "provision":
                proofs.append(ProofLedger(file))
    except Fault as fault:
        name = names[files.index(file)] if names else None
        return result | {"refusal": file.refusal(fault, name)}

    def is_known(party, id):
        if id in keys:
            return True
        record = ledger and ledger.key_records.get((party, id))
        return bool(record) and (party, record.root) in world.established
    said = [say_proof(proof, is_known) for proof in proofs]
    verdicts = [found["verdict"]] + ["valid" if any(p["state"] for p in s["parties"]) else "incomplete" for s in said]
    shown = {s["version"]: s["keysChecked"] for s in sorted(said, key=lambda s: s["keysChecked"])}
    in_force = set(found.get("inForce", ())) | {version for version, checked in shown.items() if checked}

    def require(typed):
        digits = re.sub("[ -]", "", typed).lower()
        known = {i["id"] for i in found.get("instruments", ())} | set(shown)
        matching = [id for id in known if len(digits) >= 8 and id.startswith(digits)]
        return {"id": matching[0] if len(matching) == 1 else typed, "inForce": matching[:1] != [] and len(matching) == 1
                and matching[0] in in_force}
    return result | found | {
        "verdict": max(verdicts, key=VERDICTS.index), "proofs": said,
        "records": found.get("records", 0) + sum(p.count for p in proofs),
        "signatures": found.get("signatures", 0) + sum(p.signatures for p in proofs),
        "required": [require(id) for id in required]}


def contents_of(name):
    """A file's bytes, of which no more is in memory than what is looked at."""
    with open(name, "rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):                           # it is empty, or no file on a disk
            return file.read()


def main():
    parser = argparse.ArgumentParser(description="A second verifier of Syngraph's bundles.")
    parser.add_argument("files", nargs="+", metavar="file")
    parser.add_argument("--roadmap", help="the roadmap's id, all 64 digits, told by other means than the file")
    parser.add_argument("--require", action="append", default=[], help="an instrument that must be in force")
    parser.add_argument("--keys", action="append", default=[], help="a key record known by other means, for proofs")
    parser.add_argument("--as-of", metavar="DAY", help="say what was in force at the end of this day")
    parser.add_argument("--json", action="store_true", help="as is printed anyway")
    arguments = parser.parse_args()
    sys.setrecursionlimit(10_000)

    def fail(code, word, message):
        print(json.dumps({"error": word, "message": message, "hint": None}, indent=2))
        sys.exit(code)
    for id in [arguments.roadmap, *arguments.keys]:
        if id is not None and not re.fullmatch("[0-9a-fA-F]{64}", id):
            fail(64, "usage", "--roadmap and --keys want 64 hexadecimal digits")
    contents = []
    for name in arguments.files:
        try:
            contents.append(contents_of(name))
        except OSError as error:
            fail(66, "no-such-file", str(error))
    try:
        result = verify(contents, arguments.roadmap, arguments.require, arguments.keys, arguments.as_of, arguments.files)
    except NotABundle:
        fail(65, "not-a-bundle", "this is not a bundle")
    except ValueError as error:
        fail(64, "usage", str(error))
    print(json.dumps(result, indent=2, ensure_ascii=False))
    if result["verdict"] in ("invalid", "forked"):
        sys.exit(2 if result["verdict"] == "invalid" else 3)
    sys.exit(1 if result["verdict"] == "incomplete" or any(not r["inForce"] for r in result["required"]) else 0)


if __name__ == "__main__":
    main()
