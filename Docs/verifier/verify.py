#!/usr/bin/env python3
"""A second verifier, written from Docs/Specification alone: verify.py FILE… [--roadmap ID] --json

It shares no code with the product. Where it and the product disagree, one of them or the
specification is wrong. Each part below begins with the page that it implements."""
import argparse, base64, copy, datetime, hashlib, hmac, json, mmap, re, sys
from collections import namedtuple
from itertools import combinations, islice
from types import SimpleNamespace as Record

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature


class Fault(Exception):
    """A refusal by its code; `place` is the record's, where that is not the one being read."""
    def __init__(self, code, place=None):
        super().__init__(code)
        self.code, self.place = code, place

def refuse(condition, code, place=None):
    if condition:
        raise Fault(code, place)

def sha256(data):
    return hashlib.sha256(data).digest()


# ---- encoding.md: bytes to values, in one way only

DEPTH, RECORD_BYTES, VALUES = 32, 67_108_864, 4_194_304
Tag = namedtuple("Tag", "number value")

class Map(dict):
    """A map, which keeps the bytes that it was read from in `encoded`."""

class Decoder:
    """Reads values from left to right; the first fault met is raised."""
    def __init__(self, data, at=0):
        self.data, self.at, self.values = data, at, 0

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
        number = int.from_bytes(self.take(1 << low - 24), "big")
        refuse(number < (24, 1 << 8, 1 << 16, 1 << 32)[low - 24], "not-shortest-form")
        return major, number

    def head_of(self, expected):
        """The argument of the next head, which is of that major type."""
        major, argument = self.head()
        refuse(major != expected, "wrong-type")
        return argument

    def take(self, count):
        refuse(count > len(self.data) - self.at, "truncated")
        self.at += count
        return self.data[self.at - count:self.at]

    def text(self, count):
        try:
            return self.take(count).decode("utf-8")
        except UnicodeDecodeError:
            raise Fault("invalid-utf8") from None

    def value(self, level=1):
        refuse(level > DEPTH, "too-deep")
        self.values += 1
        refuse(self.values > VALUES, "too-many")
        start = self.at
        major, number = self.head()
        if major < 2:
            return number if major == 0 else -1 - number
        if major < 4:
            return self.take(number) if major == 2 else self.text(number)
        if major == 6:
            return Tag(number, self.value(level + 1))
        if major == 7:
            refuse(number not in (20, 21, 22), "float-or-simple")
            return (False, True, None)[number - 20]
        refuse(number * (major - 3) > len(self.data) - self.at, "truncated")
        if major == 4:
            return [self.value(level + 1) for _ in range(number)]
        result, before, kind = Map(), b"", None
        for _ in range(number):
            key_start = self.at
            key = self.value(level + 1)
            encoded = self.data[key_start:self.at]
            refuse(type(key) not in (str, int) or kind not in (None, type(key)), "key-kind")
            refuse(encoded == before, "duplicate-key")
            refuse(encoded < before, "key-order")
            before, kind = encoded, type(key)
            result[key] = self.value(level + 1)
        result.encoded = self.data[start:self.at]
        return result

def decode(data):
    refuse(len(data) > RECORD_BYTES, "too-long")
    decoder = Decoder(data)
    value = decoder.value()
    refuse(decoder.at < len(data), "trailing-bytes")
    return value

def encode_list(items):
    """A list of texts and byte strings, which is all that a verifier writes itself."""
    def head(major, number):
        size = next(size for size in (0, 1, 2, 4) if number < (24 if size == 0 else 1 << 8 * size))
        low = number if size == 0 else 23 + size.bit_length()
        return bytes([major << 5 | low]) + (number.to_bytes(size, "big") if size else b"")
    texts = [(3, item.encode()) if type(item) is str else (2, item) for item in items]
    return head(4, len(items)) + b"".join(head(m, len(data)) + data for m, data in texts)


# ---- signatures.md: keys, envelopes, signatures, trees

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, -1, P) % P
SMALL_ORDER = {0, 1, P - 1} | {int.from_bytes(bytes.fromhex(y), "little") for y in (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")}
Curve = namedtuple("Curve", "p n size curve hash")
CURVES = {
    1: Curve(2**256 - 2**224 + 2**192 + 2**96 - 1,
             0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551,
             32, ec.SECP256R1, hashes.SHA256),
    2: Curve(2**384 - 2**128 - 2**96 + 2**32 - 1,
             int("ffffffffffffffffffffffffffffffffffffffffffffffff"
                 "c7634d81f4372ddf581a0db248b0a77aecec196accc52973", 16),
             48, ec.SECP384R1, hashes.SHA384)}
ALGORITHMS = {6: -8, 1: -7, 2: -35}              # by the curve's number
SIGNATURE_BYTES = {-8: 64, -7: 64, -35: 96}

def on_edwards(y):
    square = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    return square == 0 or pow(square, (P - 1) // 2, P) == 1

def is_good_edwards(x):
    number = int.from_bytes(x, "little")
    y, sign = number & (2**255 - 1), number >> 255
    return y < P and not (sign and y in (1, P - 1)) and y not in SMALL_ORDER and on_edwards(y)

def point(key):
    """The point of a key on a prime curve; ValueError if its coordinates are those of none."""
    curve = CURVES[key[-1]]
    x, y = (int.from_bytes(key[name], "big") for name in (-2, -3))
    refuse(x >= curve.p or y >= curve.p, "bad-key")          # which the library lets pass
    return ec.EllipticCurvePublicNumbers(x, y, curve.curve()).public_key()

def check_key(data):
    """The key in a public key's encoding, which has no fault."""
    key = decode(data)
    form = [key.get(1), key.get(-1)] if type(key) is Map else []
    refuse(any(type(part) is not int for part in form) or form not in [[1, 6], [2, 1], [2, 2]],
           "bad-key")
    curve = CURVES.get(key[-1])
    names, size = ({-2, -3}, curve.size) if curve else ({-2}, 32)
    refuse(set(key) != {1, -1} | names, "bad-key")
    refuse(any(type(key[n]) is not bytes or len(key[n]) != size for n in names), "bad-key")
    try:
        refuse(not (point(key) if curve else is_good_edwards(key[-2])), "bad-key")
    except ValueError:
        raise Fault("bad-key") from None
    return key

def verify_bare(key, message, signature):
    """Whether a signature over these bytes is that of a good (decoded) key."""
    try:
        if key[-1] == 6:
            y = int.from_bytes(signature[:32], "little") & (2**255 - 1)
            if y in SMALL_ORDER or int.from_bytes(signature[32:], "little") >= L:
                return False
            ed25519.Ed25519PublicKey.from_public_bytes(key[-2]).verify(signature, message)
        else:
            curve = CURVES[key[-1]]
            r, s = (int.from_bytes(half, "big")
                    for half in (signature[:curve.size], signature[curve.size:]))
            if not (1 <= r < curve.n and 1 <= s <= (curve.n - 1) // 2):
                return False
            point(key).verify(encode_dss_signature(r, s), message, ec.ECDSA(curve.hash()))
        return True
    except InvalidSignature:
        return False

class Envelope:
    """A statement of some kind and one signature over it: COSE_Sign1 in its one form."""
    def __init__(self, data, kind):
        tag, bad = decode(data), "bad-signature-envelope"
        refuse(type(tag) is not Tag or tag.number != 18 or type(tag.value) is not list
               or len(tag.value) != 4 or type(tag.value[0]) is not bytes, bad)
        self.protected, unprotected, self.payload, self.signature = tag.value
        header = decode(self.protected)
        refuse(unprotected != {} or type(self.payload) is not bytes or type(header) is not Map
               or type(self.signature) is not bytes or set(header) != {1, 4, 16}, bad)
        self.algorithm, self.signer, typ = header[1], header[4], header[16]
        types = [type(part) for part in (self.algorithm, self.signer, typ)]
        refuse(types != [int, bytes, str] or len(self.signer) != 32
               or len(self.signature) != SIGNATURE_BYTES.get(self.algorithm), bad)
        refuse(typ != f"application/syngraph-{kind}+cbor", "wrong-kind")

    def is_by(self, encoded_key):
        key = decode(encoded_key)
        if sha256(encoded_key) != self.signer or self.algorithm != ALGORITHMS[key[-1]]:
            return False
        signed = encode_list(["Signature1", self.protected, b"", self.payload])
        return verify_bare(key, signed, self.signature)

def tree(leaves):
    """The root of a tree over leaves (RFC 9162, section 2.1.1)."""
    if len(leaves) < 2:
        return sha256(b"".join(b"\0" + leaf for leaf in leaves))
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return sha256(b"\1" + tree(leaves[:k]) + tree(leaves[k:]))


# ---- encoding.md, "The order of the checks": how the shape of a record is written down here
#
# A shape is a function that takes a value and returns what it means, or refuses it. A record's
# shape is a table of its fields in the order in which they are judged: "name" must be there,
# "name?" may be absent (None then), "name*" is a list that may be absent (empty then).

def where(test, code, shape=lambda value: value):
    """A shape whose meaning must also pass a test."""
    def narrowed(value):
        meaning = shape(value)
        refuse(not test(meaning), code)
        return meaning
    return narrowed

def of_type(kind):
    return where(lambda value: type(value) is kind, "wrong-type")

text, truth, octets, mapping, listing = map(of_type, (str, bool, bytes, Map, list))
natural = where(lambda value: type(value) is int and value >= 0, "wrong-type")

def one_of(*words):
    return where(lambda value: value in words, "out-of-range", text)

def kind_is(word):
    return where(lambda value: value == word, "wrong-kind", text)

def number(low=0, high=2**64 - 1, code="out-of-range"):
    return where(lambda value: low <= value <= high, code, natural)

def sized(size):
    return where(lambda value: len(value) == size, "bad-length", octets)

def or_null(shape):
    return lambda value: None if value is None else shape(value)

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./-]{0,127}\Z")
identifier = where(IDENTIFIER.match, "bad-identifier", text)
uint, digest = number(), sized(32)

def by(key):
    return lambda last, item: key(last) < key(item)

def in_any_order(last, item):
    return True

def items(shape, limit, least=1, ascends=by(lambda item: item)):
    """A list; `ascends` says whether an item may stand behind the one before."""
    def whole(value):
        refuse(len(listing(value)) > limit, "too-many")
        found = []
        for item in map(shape, value):
            refuse(found and not ascends(found[-1], item), "not-ascending")
            found.append(item)
        refuse(len(found) < least, "empty-list" if least == 1 else "bad-length")
        return found
    return whole

def parts(shapes, short="bad-length", long=None):
    """A list of a fixed number of parts, and the codes for fewer and for more."""
    def whole(value):
        refuse(len(listing(value)) > len(shapes), long or short)
        refuse(len(value) < len(shapes), short)
        return tuple(shape(part) for shape, part in zip(shapes, value))
    return whole

def named(names, shape):
    """What a list of parts means, by the names of the parts; _ is for what is let go."""
    def whole(value):
        return Record(**{n: part for n, part in zip(names.split(), shape(value)) if n != "_"})
    return whole

def entries(shape, limit, least=1, name_first=False):
    """A map from identifiers; whether of each pair the name or the value is judged first."""
    def whole(value):
        refuse(len(mapping(value)) > limit, "too-many")
        for name, item in value.items():
            judges = [(identifier, name), (shape, item)]
            for judge, part in judges if name_first else reversed(judges):
                judge(part)
        refuse(len(value) < least, "empty-list")
        return value
    return whole

class Depending:
    """The shape of a field that hangs on fields before it, which are given to the function."""
    def __init__(self, shape):
        self.shape = shape

def record(fields, whole=lambda result: None, whole_first=False):
    """`whole` is what is asked of several fields at once, and what follows from them."""
    table = [(name.rstrip("?*"), name[-1], shape) for name, shape in fields.items()]
    names = {name for name, _, _ in table}
    def judge(value):
        refuse(any(type(name) is not str for name in mapping(value)), "wrong-type")
        result = Record(raw=value)
        for name, mark, shape in table:
            if name in value:
                shape = shape.shape(result) if type(shape) is Depending else shape
                setattr(result, name, shape(value[name]))
            else:
                refuse(mark not in "?*", "missing-field")
                setattr(result, name, [] if mark == "*" else None)
        if whole_first:
            whole(result)
        refuse(not names.issuperset(value), "unknown-field")
        if not whole_first:
            whole(result)
        return result
    return judge

def read(shape, payload):
    result = shape(decode(payload))
    result.id, result.signers = sha256(payload), set()
    return result


# ---- parties.md

words = entries(text, 64, name_first=True)

def public_key(value):
    try:
        check_key(octets(value))
    except Fault as fault:
        raise Fault("bad-key" if type(value) is bytes else fault.code) from None
    return value

endpoint = where(re.compile(r"[!-~]{1,300}\Z").match, "out-of-range", text)

def key_set(least):
    return record({
        "keys": items(public_key, 32, least, by(sha256)),
        "threshold": Depending(lambda r: number((len(r.keys) + 2) // 2 if r.keys else 0,
                                                len(r.keys)))})

NODE = record({"key": public_key, "endpoints": items(endpoint, 16, 0, in_any_order)})

def whole_party(r):
    r.node_keys = [node.key for node in r.nodes]
    r.all_keys = r.seal.keys + r.recovery.keys + r.node_keys
    refuse(len(set(r.all_keys)) != len(r.all_keys), "contradiction")
    r.id, r.seal_digest = sha256(r.raw.encoded), sha256(r.raw["seal"].encoded)

PARTY = record({
    "names": words, "seal": key_set(1), "recovery": key_set(0), "next?": digest,
    "nodes": items(NODE, 64, 0, by(lambda node: sha256(node.key)))}, whole_party)


# ---- agreement.md, "Provisions" to "Seals"; keys.md: the records

SHARE = 4_294_967_296

def prefix(provision):
    """The reserved prefix, without its slash, that a provision begins with; None for others."""
    head, slash, _ = provision.partition("/")
    return head if slash and head in ("roster", "rule", "party", "closing") else None

def rest(provision):
    return provision.partition("/")[2]

def is_constitution(provision):
    return prefix(provision) in ("roster", "rule", "party")

fraction = where(lambda pq: pq[0] <= pq[1], "out-of-range",
                 items(number(1, SHARE), 2, 2, in_any_order))

def share(value):
    if type(value) is str:
        return one_of("all", "majority")(value)
    form = "atLeast" if "atLeast" in mapping(value) else "fraction"
    shape = number(1, SHARE) if form == "atLeast" else fraction
    return getattr(record({form: shape})(value), form)

several = where(lambda found: len(found) > 1, "contradiction", items(identifier, 256))
counting = where(lambda value: value == ["accept", "abstain"], "out-of-range")

def standings(value):
    return [identifier(value)] if type(value) is str else several(value)

def expression(value):
    """A rule: a tree of records, each with `form` and with `parts`, `name`, or share and `of`."""
    count = 0
    def part(depth):
        def shape(value):
            nonlocal count
            refuse(depth > 8, "too-deep")
            count += 1
            refuse(count > 1024, "too-many")
            forms = ("need", "party", "named", "all")
            form = next((form for form in forms if form in mapping(value)), "any")
            if form == "need":
                result = record({"need": share, "of": standings, "counting?": counting})(value)
            elif form in ("party", "named"):
                result = record({form: identifier})(value)
                result.name = getattr(result, form)
            else:
                result = record({form: items(part(depth + 1), 1024, 1, in_any_order)})(value)
                result.parts = getattr(result, form)
            result.form = form
            return result
        return shape
    return part(0)(value)

def terms_of(rule):
    return [term for p in rule.parts for term in terms_of(p)] if hasattr(rule, "parts") else [rule]

def attribute(value):
    if type(value) is list:
        return items(attribute, 4096, 0, in_any_order)(value)
    if type(value) is Map:
        return entries(attribute, 4096, 0, name_first=True)(value)
    refuse(type(value) not in (str, int, bool, bytes), "wrong-type")
    return value

def whole_roster(r):
    r.held = set() if r.dormant else set(r.holders)

RESERVED = {
    "roster": record({"holders": items(identifier, 65_536, 0), "dormant?": truth}, whole_roster),
    "rule": record({"rule": expression}), "party": PARTY,
    "closing": record({"outcome": one_of("complete", "abandoned")})}

order_key = where(lambda value: len(value) <= 256, "too-long", octets)
repeal = where(lambda value: value is True, "out-of-range")

def content(provision):
    """What a version of a provision says; `meaning` is that of a reserved one."""
    reserved = prefix(provision)
    def whole(r):
        r.cls, r.encoded = vars(r)["class"], r.raw.encoded
        if reserved:
            refuse(r.attributes is None, "missing-field")
            r.meaning = RESERVED[reserved](r.attributes)
        refuse(r.parent is not None and prefix(r.parent), "contradiction")
        is_plain = r.order == b"" and r.parent is r.number is r.heading is r.text is None
        refuse(reserved and not (r.kind == r.cls == reserved and is_plain), "contradiction")
    return record({
        "kind": identifier, "class": identifier, "parent": or_null(identifier), "order": order_key,
        "number?": text, "heading?": words, "text?": words,
        "attributes?": entries(attribute, 4096)}, whole)

def change(value):
    """A change, whose `content` is None for a repeal."""
    form = "repeal" if "set" not in mapping(value) and "repeal" in value else "set"
    shape = Depending(lambda r: content(r.provision)) if form == "set" else repeal
    result = record({"provision": identifier, form: shape})(value)
    result.content, name = getattr(result, "set", None), result.provision
    refuse(prefix(name) and not IDENTIFIER.match(rest(name)), "bad-identifier")
    return result

def whole_instrument(r):
    r.writes = {c.provision: c.content for c in r.changes}
    r.founding = r.roadmap is None
    refuse(r.founding != (not r.base), "contradiction")
    refuse(r.founding and (r.after or r.replaces or r.voids or None in r.writes.values()),
           "contradiction")
    r.ground = {v for v in r.base.values() if v is not None} | set(r.after)
    r.constitutional = any(map(is_constitution, r.writes))
    r.subject = r.outcome = None
    [name, *others] = r.writes or [""]
    if not others and re.fullmatch("closing/[0-9a-f]{64}", name):
        r.subject = bytes.fromhex(rest(name))
        r.outcome = r.writes[name] and r.writes[name].meaning.outcome
    r.names = r.ground | set(r.replaces) | ({r.subject} - {None})
    r.records = {rest(p): c.meaning for p, c in r.writes.items() if c and prefix(p) == "party"}

def ids(limit, least=1):
    return items(digest, limit, least)

INSTRUMENT = record({
    "type": kind_is("syngraph/instrument/1"), "roadmap": or_null(digest), "title": words,
    "proposer": identifier, "salt": sized(16), "languages": items(identifier, 64),
    "base": entries(or_null(digest), 65_536, 0),
    "changes": Depending(lambda r: items(change, 65_536, int("voids" not in r.raw),
                                         by(lambda c: c.provision))),
    "after*": ids(65_536), "replaces*": ids(4096), "voids*": ids(4096),
    "frozenFrom?": ids(1024), "note?": words, "answerBy?": uint}, whole_instrument)

SEAL = record({
    "type": kind_is("syngraph/seal/1"), "roadmap": digest, "instrument": digest,
    "party": identifier, "keys": digest, "capacities?": items(identifier, 256),
    "verdict": one_of("accept", "abstain", "reject"), "provided*": ids(4096),
    "declaration?": words, "reservation?": words, "reason?": words, "until?": uint, "at": uint})

KEY_STATEMENT = record({
    "type": kind_is("syngraph/keys/1"), "roadmap": digest, "party": identifier,
    "version": number(1), "previous": digest, "record": or_null(PARTY),
    "acknowledges": ids(65_536, 0), "reason?": text})

WITHDRAWAL = record({
    "type": kind_is("syngraph/withdrawal/1"), "roadmap": digest, "party": identifier,
    "keys": digest, "stage": one_of("notice", "effect"), "rosters": entries(digest, 256),
    "committed": ids(65_536, 0), "reason?": words, "at": uint})

def previous(certificate):
    def shape(value):
        is_first = or_null(digest)(value) is None
        refuse(is_first != (certificate.sequence == 0), "contradiction")
        return value
    return shape

def whole_certificate(r):
    r.held = min(sum(sequence + 1 for _, sequence, _ in r.known), 2**64 - 1)
    own = [sequence for writer, sequence, _ in r.known if writer == r.writer]
    r.entry = max(own, default=None)

CERTIFICATE = record({
    "type": kind_is("syngraph/state/1"), "roadmap": digest, "party": identifier, "writer": digest,
    "sequence": uint, "previous": Depending(previous), "perfected": digest, "inForce": digest,
    "contested": ids(65_536, 0),
    "known": items(parts([digest, uint, digest], long="too-many"), 65_536, 0), "at": uint},
    whole_certificate)


# ---- journal.md, evidence.md: pieces of journals, and accusations

CONTRADICTIONS = ("two-verdicts", "incoherent-seals", "forked-keys", "two-states")

HEADER = named("_ roadmap writer sequence previous", parts([
    number(1, 1, code="wrong-kind"), digest, digest, number(0, 281_474_976_710_655), digest,
    ids(256, 0), uint, uint, digest, number(0, 16_777_216, code="too-long")]))
CHECKPOINT = named("_ roadmap writer sequence entry", parts(
    [kind_is("syngraph/checkpoint/1"), digest, digest, uint, digest], short="wrong-kind"))

def whole_body(r):
    r.writer = sha256(encode_list(["syngraph/writer/1", sha256(r.key), r.incarnation]))

BODY = record({"key": public_key, "incarnation": sized(16), "succeeds?": digest}, whole_body)

def whole_accusation(r):
    refuse((r.writer is not None) != (r.kind == "forked-journal"), "contradiction")

ACCUSATION = record({
    "type": kind_is("syngraph/accusation/1"), "roadmap": digest, "party": identifier,
    "kind": one_of(*CONTRADICTIONS[:3], "forked-journal"), "records": ids(2, 2),
    "writer?": digest}, whole_accusation, whole_first=True)


# ---- proof.md: one provision laid open, and the tree that it stands in

def whole_leaf(r):
    r.leaf = encode_list([r.provision, r.version, sha256(r.secret + r.content.encoded)])

def leaves(count):
    leaf = record({
        "place": number(0, count - 1), "provision": identifier, "version": digest,
        "secret": digest, "content": Depending(lambda r: content(r.provision))}, whole_leaf)
    return items(leaf, 4096, ascends=lambda last, item: (
        last.place < item.place and last.provision < item.provision))

def whole_proof(r):
    r.contents = {leaf.provision: leaf.content for leaf in r.shown}
    refuse(r.provision not in r.contents, "contradiction")
    refuse(any(p != r.provision and not is_constitution(p) for p in r.contents), "contradiction")
    r.subject = next(leaf for leaf in r.shown if leaf.provision == r.provision)
    r.path, left = [], r.nodes[::-1]
    def root(first, count, shown):
        """Of the leaves from `first` on; beside what leads to the subject lies its path."""
        if not shown:
            refuse(not left, "contradiction")
            return left.pop()
        if count == 1:
            return sha256(b"\0" + shown[0].leaf)
        k = 1 << (count - 1).bit_length() - 1
        lower = root(first, k, [s for s in shown if s.place < first + k])
        upper = root(first + k, count - k, [s for s in shown if s.place >= first + k])
        if first <= r.subject.place < first + count:
            r.path.append(upper if r.subject.place < first + k else lower)
        return sha256(b"\1" + lower + upper)
    r.root = root(0, r.count, r.shown)
    refuse(left, "contradiction")

PROOF = record({
    "type": kind_is("syngraph/proof/1"), "roadmap": digest, "provision": identifier,
    "count": number(1, 2**32), "shown": Depending(lambda r: leaves(r.count)),
    "nodes": items(digest, 131_072, 0, in_any_order)}, whole_proof)


# ---- keys.md: key records and their chains

class KeyRecord:
    """A root, or what a good key statement makes; `before` is its record, or that of the last
    one before a freeze."""
    def __init__(self, id, record, previous=None, statement=None):
        self.id, self.record, self.previous, self.statement = id, record, previous, statement
        self.version = statement.version if statement else 0
        self.root = previous.root if previous else id
        self.before = record or previous.before
        self.superseded, self.by, self.followers = False, None, []

    def may_follow(self, statement):
        """The keys whose signatures on a statement that follows this record are looked at."""
        return (self.before.recovery.keys + (self.record.seal.keys if self.record else [])
                + (statement.record.all_keys if statement.record else []))

    def authority(self, statement):
        """By what a statement that follows this record is good: None while it is not."""
        before, new = self.before, statement.record
        def enough(of):
            return sum(sha256(key) in statement.signers for key in of.keys) >= of.threshold
        added = set(new.all_keys) - set(before.all_keys) if new else ()
        if any(sha256(key) not in statement.signers for key in added):
            return None
        if before.recovery.threshold and enough(before.recovery):
            return "recovery"
        as_committed = not (new and before.next and before.next != new.seal_digest)
        return "seal" if self.record and enough(before.seal) and as_committed else None

def newest_of(chain):
    return min((k for k in chain if not k.superseded), key=lambda k: (-k.version, k.id))


# ---- bundle.md: the file, and page.md: where it stands in a web page

RECORDS, WAITING, WAITING_BYTES, ACCUSATIONS = 16_777_216, 16_384, 67_108_864, 256
HEADER_BYTES, PAGE_BUNDLE_BYTES = 9216, 8_388_608
SCOPES = ("agreement", "full", "provision", "evidence")
VERSIONS = ("syngraph/bundle/1", "syngraph/bundle/2")
BUNDLE_HEADER = named("version roadmap scope", parts(
    [one_of(*VERSIONS), digest, one_of(*SCOPES)], short="wrong-kind"))

class NotABundle(Exception):
    pass

class File:
    """The frame of one bundle: its header, and then its items."""
    def __init__(self, data):
        self.data, self.decoder, self.offset, self.offsets = data, Decoder(data), 0, []
        self.before, self.digested = hashlib.sha256(), 0  # of all bytes before the item being read
        self.place = None
        try:
            header = BUNDLE_HEADER(self.decoder.value())
            refuse(header.version == VERSIONS[1] and header.scope != "full", "wrong-kind")
        except Fault:
            raise NotABundle from None
        self.roadmap, self.scope = header.roadmap, header.scope

    def items(self):
        """(kind, bytes) of each record; then the footer is judged."""
        while (count := self.next_item()) == 2:
            kind, length = self.decoder.head_of(0), self.decoder.head_of(2)
            refuse(length > RECORD_BYTES, "too-long")
            data = self.decoder.take(length)
            refuse(len(self.offsets) == RECORDS, "too-many")
            self.place = len(self.offsets)
            self.offsets.append(self.offset)
            yield kind, data
        refuse(count != 3, "wrong-kind")
        refuse(self.decoder.head_of(3) != 3 or self.decoder.text(3) != "end", "wrong-kind")
        count = self.decoder.head_of(0)
        refuse(self.decoder.head_of(2) != 32, "contradiction")
        told = self.decoder.take(32)
        refuse(self.decoder.at < len(self.data), "trailing-bytes")
        refuse((count, told) != (len(self.offsets), self.before.digest()), "contradiction")
        self.offset = 0                                    # what follows concerns the whole file

    def next_item(self):
        self.place, self.offset = None, self.decoder.at
        self.before.update(self.data[self.digested:self.offset])
        self.digested, self.decoder.values = self.offset, 0
        return self.decoder.head_of(4)

    def refusal(self, fault, name):
        place = self.place if fault.place is None else fault.place
        offset = self.offset if fault.place is None else self.offsets[fault.place]
        return {"file": name, "record": place, "offset": offset, "code": fault.code,
                "message": fault.code}

def bundle_in_page(data):
    """The bundle that stands in a web page; None of what is no page."""
    if not re.match(rb"[\xef\xbb\xbf \t\r\n]*<", data):
        return None
    line = rb'<script type="application/vnd\.syngraph\.bundle" id="bundle">'
    found = re.split(rb"(?:^|(?<=[\r\n]))" + line + rb"[\r\n]", data)
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


# ---- bundle.md, evidence.md, proof.md: the records of some files, each judged as it comes

# Of each kind: what signs it, in which order it is checked, what it makes known, what it names.

def made_by_instrument(r):
    return [("instrument", r.id), *(("keys", p, root.id) for p, root in r.records.items())]

def instruments_of(*fields):
    """The instruments that some fields of a record name, each of which is an id, or several."""
    def names(r):
        values = [getattr(r, field) for field in fields]
        named = [[v] if type(v) is bytes else v.values() if type(v) is Map else v for v in values]
        return [("instrument", id) for some in named for id in some]
    return names

def nothing(r):
    return []

Kind = namedtuple("Kind", "number shape signed_as checks makes names taker")
KINDS = {kind.number: kind for kind in (
    Kind(1, INSTRUMENT, None, "once early ours", made_by_instrument, instruments_of("names"),
         "add_roots"),
    Kind(2, SEAL, "seal", "once ours", nothing, instruments_of("instrument"), "consent"),
    Kind(3, KEY_STATEMENT, "keys", "once ours", nothing, nothing, "follow"),
    Kind(4, WITHDRAWAL, "withdrawal", "once ours", nothing, instruments_of("rosters"), "consent"),
    Kind(5, CERTIFICATE, "state", "ours once", nothing, nothing, "certify"),
    Kind(6, HEADER, None, "ours once early", lambda r: [("entry", r.id)],
         lambda r: [("entry", r.previous)] if r.sequence else [], None),
    Kind(7, BODY, None, "once early", lambda r: [("writer", r.writer)], nothing, None),
    Kind(8, CHECKPOINT, "checkpoint", "ours once", nothing,
         lambda r: [("entry", r.entry), ("writer", r.writer)], "vouch"),
    Kind(9, SEAL, None, "ours once", nothing, instruments_of("instrument"), "under"),
    Kind(10, ACCUSATION, None, "ours once", nothing, nothing, "accuse"),
    Kind(11, PROOF, None, "ours", nothing, nothing, "open_proof"))}
IN_SCOPE = {"agreement": (1, 2, 3, 4, 5, 9), "provision": (2, 3, 5, 11), "full": (),
            "evidence": (1, 2, 3, 4, 5, 6, 7, 8, 9, 10)}

class Ledger:
    """The records of the files about one roadmap that are no proofs; or those of one proof."""
    def __init__(self, roadmap):
        self.roadmap, self.count, self.signatures = roadmap, 0, 0
        self.stores = {number: {} for number in KINDS}
        self.instruments, self.seals, self.statements, self.withdrawals = (
            self.stores[number] for number in (1, 2, 3, 4))
        self.certificates, self.key_records = {}, {}   # by id and signer, and by party and id
        self.known, self.needed = set(), {("instrument", roadmap)}  # names, as the table has them
        self.waiting, self.waiting_bytes = {}, 0            # by the key record that is not at hand
        self.proof = None

    def read(self, file):
        """Takes in one more file: its order, and its repeats, are its own."""
        self.file, self.seen, self.accused = file, set(), []     # the last: places of accusations
        self.named = {}    # what earlier records name and is not at hand: the place of the first
        refuse(file.scope == "full", "scope-not-supported")
        for number, data in file.items():
            self.take(number, data)
        file.place = None
        refuse(file.scope == "evidence" and not self.accused, "no-accusation")
        refuse(file.scope == "provision" and not self.proof, "no-proof")
        self.count += len(file.offsets)

    def take(self, number, data):
        is_proof = self.file.scope == "provision"
        is_second = number == 11 and self.proof
        refuse(number not in IN_SCOPE[self.file.scope] or is_second, "unexpected-kind")
        refuse(is_proof and number != 11 and not self.proof, "too-early")
        refuse(self.accused and number != 10, "too-early", (self.accused or [None])[0])
        refuse(number == 6 and len(data) > HEADER_BYTES, "too-long")
        self.kind, store = KINDS[number], self.stores[number]
        signed_as = self.kind.signed_as
        envelope = Envelope(data, signed_as) if signed_as else Record(payload=data, signer=None)
        record = store.get(sha256(envelope.payload)) or read(self.kind.shape, envelope.payload)
        is_founding = number == 1 and record.founding
        for check in ("once ours" if is_proof else self.kind.checks).split():
            if check == "once":
                name = number, record.id, envelope.signer
                refuse(name in self.seen, "duplicate-record")
                self.seen.add(name)
            elif check == "early":
                self.not_named(self.kind.makes(record))
            else:
                ours = (record.id if is_founding else record.roadmap) == self.roadmap
                refuse(not ours, "other-roadmap")
        store[record.id] = record
        self.known.update(self.kind.makes(record))
        self.name(self.kind.names(record), is_needed=number != 6)
        if self.kind.taker:
            getattr(self, self.kind.taker)(record, envelope)

    def not_named(self, names):
        """Refuses where an earlier record named one of what is made known now."""
        for name in names:
            refuse(name in self.named, "too-early", self.named.get(name))

    def name(self, names, is_needed=True):
        for name in names:
            of_proof = not self.proof or name[1] == self.proof.subject.version
            refuse(name[0] == "instrument" and not of_proof, "not-of-this-proof")
            if name not in self.known:
                self.named.setdefault(name, self.file.place)
        self.needed.update(names if is_needed else ())

    def check(self, envelope, keys):
        key = next((key for key in keys if sha256(key) == envelope.signer), None)
        refuse(key is None, "unknown-key")
        self.signatures += 1
        refuse(not envelope.is_by(key), "bad-signature")

    def under(self, record, envelope):
        """The key record that something is made under; None if not at hand: a statement waits."""
        name = record.party, record.previous if hasattr(record, "previous") else record.keys
        refuse(self.proof and name not in self.key_records, "unknown-key")   # there nothing waits
        self.name([("keys", *name)])
        if name not in self.key_records and envelope.signer:
            self.waiting.setdefault(name, []).append((self.kind.taker, record, envelope))
            self.waiting_bytes += len(envelope.payload)
            count = sum(map(len, self.waiting.values()))
            refuse(count > WAITING or self.waiting_bytes > WAITING_BYTES, "too-many-waiting")
        return self.key_records.get(name)

    def add_roots(self, record, _=None):
        for party, root in record.records.items():
            if (party, root.id) not in self.key_records:
                self.add_key_record(party, KeyRecord(root.id, root))

    def add_key_record(self, party, made):
        """Judges what earlier files hold that waited for it; within one file nothing does."""
        self.key_records[party, made.id] = made
        self.known.add(("keys", party, made.id))
        if made.previous:
            made.previous.followers.append(made)
        for taker, record, envelope in self.waiting.pop((party, made.id), []):
            self.waiting_bytes -= len(envelope.payload)
            getattr(self, taker)(record, envelope)

    def consent(self, record, envelope):
        under = self.under(record, envelope)
        if under and envelope.signer not in record.signers:
            self.check(envelope, under.record.seal.keys if under.record else [])
            record.signers.add(envelope.signer)

    def follow(self, record, envelope):
        previous = self.under(record, envelope)
        if previous and envelope.signer not in record.signers:
            refuse(record.version != previous.version + 1, "wrong-version")
            self.check(envelope, previous.may_follow(record))
            record.signers.add(envelope.signer)
            if (record.party, record.id) not in self.key_records and previous.authority(record):
                self.not_named([("keys", record.party, record.id)])
                made = KeyRecord(record.id, record.record, previous, record)
                self.add_key_record(record.party, made)

    def certify(self, record, envelope):
        of_proof = not self.proof or record.inForce == self.proof.root
        refuse(not of_proof, "not-of-this-proof")
        known = [k.record for (party, _), k in self.key_records.items() if party == record.party]
        self.check(envelope, [key for r in known if r for key in r.node_keys])
        self.certificates[record.id, envelope.signer] = record

    def vouch(self, record, envelope):
        if body := self.body_of(record.writer):
            self.check(envelope, [body.key])

    def body_of(self, writer):
        return next((body for body in self.stores[7].values() if body.writer == writer), None)

    def open_proof(self, record, _):
        self.proof = record
        record.records = {rest(p): c.meaning for p, c in record.contents.items()
                          if prefix(p) == "party"}
        self.add_roots(record)

    def accuse(self, record, _):
        refuse(len(self.accused) == ACCUSATIONS, "too-many")
        self.accused.append(self.file.place)

    # Once all files are read

    def settle(self):
        for r in [*self.seals.values(), *self.stores[9].values()]:
            self.needed.update(instruments_of("provided")(r))
        for r in self.withdrawals.values():
            self.needed.update(instruments_of("committed")(r))
        self.lacking = {name[-1] for name in self.needed - self.known}
        self.put_in_order()
        self.supersede()

    def put_in_order(self):
        """What is named before what names it, as each file has it, whatever the files' order."""
        ordered, ahead = {}, list(self.instruments)[::-1]
        while ahead:
            i = self.instruments[ahead[-1]]
            waiting = [x for x in i.names if x in self.instruments and x not in ordered]
            if not waiting:
                ordered[ahead.pop()] = i
            ahead += waiting
        self.instruments = ordered

    def supersede(self):
        for k in sorted(self.key_records.values(), key=lambda k: k.version):
            for f in k.followers:
                f.by = k.authority(f.statement)
            recovered = any(f.by == "recovery" for f in k.followers)
            for f in k.followers:
                f.superseded = k.superseded or recovered and f.by == "seal"

    def until(self, moment):
        """The same, without the seals and withdrawals that say they are later."""
        ledger = copy.copy(self)
        ledger.seals = {id: copy.copy(s) for id, s in self.seals.items() if s.at <= moment}
        ledger.withdrawals = {id: w for id, w in self.withdrawals.items() if w.at <= moment}
        return ledger

    # What follows for statements

    def chain(self, party, root):
        found = [k for (p, _), k in self.key_records.items() if (p, k.root) == (party, root)]
        return sorted(found, key=lambda k: (k.version, k.id))

    def made_under(self, statement):
        return self.key_records.get((statement.party, statement.keys))

    def is_signed(self, statement):
        k = self.made_under(statement)
        return bool(k and k.record) and len(statement.signers) >= k.record.seal.threshold

    def is_disputed(self, statement):
        k = self.made_under(statement)
        if not k or getattr(statement, "instrument", None) == self.roadmap:
            return False
        retired = k.followers or k.superseded
        return bool(retired) and not any(
            f.statement and not f.superseded and statement.id in f.statement.acknowledges
            for f in self.chain(statement.party, k.root))

    def speaks_for(self, party, signer, established=None):
        """Whether a node speaks for a party, by a chain that is established (None: any)."""
        return any(p == party and k.record and not k.superseded
                   and (established is None or (p, k.root) in established)
                   and signer in map(sha256, k.record.node_keys)
                   for (p, _), k in self.key_records.items())

    def newest_certificate(self, party, established=None):
        """Of a party's chains the newest certificate that was made with the most at hand."""
        chains = {}
        for (_, signer), c in self.certificates.items():
            if c.party == party and self.speaks_for(party, signer, established):
                chains.setdefault((c.writer, signer), []).append(c)
        newest = [min(chain, key=lambda c: (-c.sequence, c.id)) for chain in chains.values()]
        return min(newest, key=lambda c: (-c.held, c.id), default=None)


# ---- agreement.md, "When a rule is met" to "Needs": texts, what is needed in them, who said what

class Text:
    """What a set of instruments, no two of which conflict, says of each provision."""
    def __init__(self, world, members):
        self.writers = {}                                          # by provision, the newest last
        for id in sorted(members, key=lambda x: len(world.beneath[x])):    # it has most beneath it
            for provision in world.instruments[id].writes:
                self.writers.setdefault(provision, []).append(id)
        self.newest = {p: ids[-1] for p, ids in self.writers.items()}
        written = {p: world.instruments[id].writes[p] for p, id in self.newest.items()}
        self.contents, self.children = {p: c for p, c in written.items() if c}, {}
        for provision, c in self.contents.items():
            self.children.setdefault(c.parent, []).append(provision)

    def meaning(self, provision):
        return self.contents[provision].meaning if provision in self.contents else None

    def rule(self, cls):
        found = self.meaning("rule/" + cls)
        return found and found.rule

    def holders(self, standing):
        roster = self.meaning("roster/" + standing)
        return roster.held if roster else set()

    def contained(self, provision):
        """All that stands beneath a provision."""
        found, ahead = set(), [provision]
        while ahead:
            below = set(self.children.get(ahead.pop(), [])) - found
            found |= below
            ahead += below
        return found

NEWCOMER = object()     # as a standing: the acceptance of whoever is new on a roster, by new keys
NOBODY = Record(form="any", parts=[])                              # a rule that nothing meets

class Need:
    """A rule in one text; `contents` are those that its `named` terms speak of."""
    def __init__(self, rule, text=None, contents=()):
        self.text, self.contents = text, contents
        self.rule = self.laid_out(rule)

    def laid_out(self, rule):
        """(form, parts), or (term, the parties that it counts: in which standings)."""
        if hasattr(rule, "parts"):
            return rule.form, [self.laid_out(part) for part in rule.parts]
        return rule, self.asked(rule)

    def asked(self, term):
        if term.form == "need":
            held = {}
            for standing in term.of:
                for party in self.text.holders(standing):
                    held.setdefault(party, []).append(standing)
            return held
        if term.form == "named":
            listed = [(c.attributes or {}).get(term.name) for c in self.contents]
            names = [n for value in listed for n in (value if type(value) is list else [value])]
            return {n: [None] for n in names if type(n) is str and IDENTIFIER.match(n)}
        return {term.name: getattr(term, "standings", [None])}

    def terms(self, rule=None):
        head, below = rule or self.rule
        return [t for p in below for t in self.terms(p)] if type(head) is str else [(head, below)]

    def parties(self):
        return {party for _, asked in self.terms() for party in asked}

    def met(self, voice):
        return self.holds(self.rule, voice) and any(
            voice.says(party, ("accept",), standing) for _, asked in self.terms()
            for party, held in asked.items() for standing in held)

    def holds(self, rule, voice):
        head, below = rule
        if type(head) is str:
            return (all if head == "all" else any)(self.holds(part, voice) for part in below)
        verdicts = ("accept", "abstain") if getattr(head, "counting", None) else ("accept",)
        if head.form != "need":
            return all(voice.says(p, verdicts, s) for p, held in below.items() for s in held)
        silent = {party: held for party, held in below.items()
                  if not any(voice.says(party, verdicts, standing) for standing in held)}
        n, share = len(below), head.need
        least = (n if share == "all" else n // 2 + 1 if share == "majority"
                 else share if type(share) is int else -(-share[0] * n // share[1]))
        if n == 0 or n - len(silent) >= least:
            return n > 0
        return share == "all" and len(silent) < n and all(
            voice.excuses(party, s, self.text) for party, held in silent.items() for s in held)

class Voice:
    """Who said what on one instrument, by seals that count in one way or the other; `accepting`
    and `newcomers` are taken to accept in whatever standing, and as newcomers."""
    def __init__(self, seals, excuses=lambda *_: False, accepting=(), newcomers=()):
        self.seals, self.excuses = {}, excuses
        self.accepting, self.newcomers = set(accepting), set(newcomers)
        for seal in seals:
            if seal.counts:
                self.seals.setdefault(seal.party, []).append(seal)
            if seal.counts_as_newcomers and seal.verdict == "accept":
                self.newcomers.add(seal.party)

    def says(self, party, verdicts, standing):
        if standing is NEWCOMER:
            return party in self.newcomers
        return party in self.accepting or any(
            seal.verdict in verdicts
            and (standing is None or seal.capacities is None or standing in seal.capacities)
            for seal in self.seals.get(party, []))

EVERYBODY = Record(says=lambda *_: True, excuses=lambda *_: False)


# ---- agreement.md, "What stands on what" to "State root": what follows from all records

class World:
    """What follows from the records of a ledger; all ids are those of instruments."""
    def __init__(self, ledger):
        self.ledger, self.roadmap, self.instruments = ledger, ledger.roadmap, ledger.instruments
        self.beneath, self.awaiting, self.ill_formed = {}, set(), {}
        self.well_formed, self.conflicts, self.cache = [], {}, {}
        for id, i in self.instruments.items():           # what is named stands before what names it
            self.judge(id, i)
        self.needs = {id: self.all_needs(id) for id in self.well_formed}
        self.hear()
        self.perfect()

    def cached(self, name, make):
        if name not in self.cache:
            self.cache[name] = make()
        return self.cache[name]

    def text(self, members):
        members = frozenset(members)
        return self.cached(members, lambda: Text(self, members))

    def text_beneath(self, id):
        return self.text(self.beneath[id])

    def text_with(self, id):
        return self.text(self.beneath[id] | {id})

    # "Well formed": the clauses of the table, in its order

    def judge(self, id, i):
        known = [self.beneath[x] for x in i.ground if x in self.instruments]
        self.beneath[id] = i.ground.union(*known)
        reason = next(self.broken_whatever_comes(i), None)
        if not reason and any(map(self.cannot_be_judged, i.names)):
            self.awaiting.add(id)
        elif reason := reason or next(self.broken(id, i), None):
            self.ill_formed[id] = reason
        else:
            self.conflicts[id] = {x for x in self.well_formed if self.conflict(id, x)}
            for x in self.conflicts[id]:
                self.conflicts[x].add(id)
            self.well_formed.append(id)

    def cannot_be_judged(self, id):
        return id not in self.instruments or id in self.awaiting

    def broken_whatever_comes(self, i):
        closes = [p for p in i.writes if prefix(p) == "closing"]
        if closes and (not i.subject or i.voids or any(i.base.get(p) for p in closes)):
            yield "closingMalformed"
        if not i.founding and not i.base.keys() >= i.writes.keys():
            yield "writesOutsideBase"
        if any(c is None and prefix(p) for p, c in i.writes.items()):
            yield "repealsReserved"
        if any(x in self.ill_formed for x in i.names):
            yield "namesIllFormed"

    def broken(self, id, i):
        beneath = self.beneath[id]
        if (id != self.roadmap) if i.founding else (self.roadmap not in beneath):
            yield "foundingNotBeneath"
        if i.founding:
            rosters = [c.meaning for p, c in i.writes.items() if prefix(p) == "roster"]
            classes = {c.cls for c in i.writes.values()} | {"roster", "rule", "party"}
            if not any(roster.held for roster in rosters):
                yield "foundingNamesNobody"
            if any("rule/" + cls not in i.writes for cls in classes):
                yield "foundingLacksRule"
            if any("party/" + p not in i.writes for roster in rosters for p in roster.holders):
                yield "foundingLacksRecord"
        if any(self.conflicts[x] & beneath for x in beneath):
            yield "groundInConflict"
        if beneath & set(i.replaces).union(*(self.instruments[x].replaces for x in beneath)):
            yield "groundReplaced"
        if i.subject:
            subject = self.instruments[i.subject]
            if subject.founding or subject.subject:
                yield "closesFounding"
            if not self.decided_in_base(subject, self.text_beneath(i.subject), "closing"):
                yield "closingNotOffered"
            if i.outcome == "complete" and subject.constitutional and i.subject not in beneath:
                yield "closingNotBuiltOnSubject"
        text = self.text_beneath(id)
        if any(text.newest.get(p) != version for p, version in i.base.items()):
            yield "notNewestVersion"
        asked = self.classes(id) - ({"closing"} if i.subject else set())
        constitution = {p for p in text.newest if prefix(p) in ("roster", "rule")}
        if not i.founding and (not all(self.decided_in_base(i, text, cls) for cls in asked)
                               or i.constitutional and not constitution <= i.base.keys()):
            yield "decidedOutsideBase"
        yield from self.broken_in_tree(i, text)
        owners = {}
        for p, c in self.text_with(id).contents.items():
            for key in c.meaning.all_keys if prefix(p) == "party" else ():
                owners.setdefault(key, set()).add(p)
        if any(len(owners[key]) > 1 for r in i.records.values() for key in r.all_keys):
            yield "keyServesTwice"

    def decided_in_base(self, i, text, cls):
        """Whether a base has the rule of a class, and the rosters that this speaks of."""
        rule = i.base.get("rule/" + cls) and text.rule(cls)
        return bool(rule) and all(i.base.get("roster/" + standing) for term in terms_of(rule)
                                  if term.form == "need" for standing in term.of)

    def broken_in_tree(self, i, text):
        after = {p: c for p, c in (text.contents | i.writes).items() if c}
        parents = {c.parent for c in after.values()}
        for provision, new in i.writes.items():
            old = text.contents.get(provision)
            if new is None:
                if not old:
                    yield "repealsNothing"
                if provision in parents:
                    yield "leavesChildBehind"
            elif not old or old.parent != new.parent:
                parent, steps = new.parent, 1
                while parent is not None:
                    if parent == provision or steps > 64:
                        yield "parentsInCycle"
                    if parent not in after:
                        yield "parentNotThere"
                    if not i.founding and parent not in i.base:
                        yield "parentNotReliedOn"
                    parent, steps = after[parent].parent, steps + 1
                if old and not text.contained(provision) <= i.base.keys():
                    yield "movesUnseen"

    def conflict(self, a, b):
        if a == b or a in self.beneath[b] or b in self.beneath[a]:
            return False
        x, y = self.instruments[a], self.instruments[b]
        shared = x.base.keys() & y.base.keys()
        same = {p for p in shared if x.base[p] == y.base[p]}
        return (not same.isdisjoint(x.writes.keys() | y.writes.keys())
                or x.constitutional and y.constitutional
                and all(p in same for p in shared if prefix(p) in ("rule", "roster")))

    # "Needs"

    def touched(self, id):
        """The contents that an instrument touches."""
        text, found = self.text_beneath(id), []
        for provision, new in self.instruments[id].writes.items():
            old = text.contents.get(provision)
            found += [c for c in (old, new) if c]
            if old and (new is None or new.parent != old.parent):
                found += [text.contents[p] for p in text.contained(provision)]
        return found

    def classes(self, id):
        voids = {"roster"} if self.instruments[id].voids else set()
        return {c.cls for c in self.touched(id)} | voids

    def own_needs(self, id):
        """Its own, and its newcomers'."""
        i, beneath, touched = self.instruments[id], self.text_beneath(id), self.touched(id)
        text = self.text_beneath(i.subject) if i.subject else beneath
        found = [Need(text.rule(cls) or NOBODY, text, [c for c in touched if c.cls == cls])
                 for cls in self.classes(id)]
        for p, c in i.writes.items():
            if prefix(p) == "roster":
                found += [Need(Record(form="newcomer", name=party, standings=[NEWCOMER]))
                          for party in c.meaning.held - beneath.holders(rest(p))]
        return found

    def all_needs(self, id):
        i = self.instruments[id]
        if i.founding:
            held = {}
            for p, c in i.writes.items():
                for party in c.meaning.held if prefix(p) == "roster" else ():
                    held.setdefault(party, []).append(rest(p))
            return [Need(Record(form="founder", name=party, standings=standings))
                    for party, standings in held.items()]
        found, seen, ahead = self.own_needs(id), set(), list(i.replaces)
        while ahead:
            replaced = ahead.pop()
            if replaced in seen:
                continue
            seen.add(replaced)
            r = self.instruments[replaced]
            ahead += r.replaces + ([r.subject] if r.outcome == "complete" else [])
            found += self.own_needs(replaced)
            if r.constitutional:
                text, touched = self.text_with(replaced), self.touched(replaced)
                rules = [Need(c.meaning.rule, text, [t for t in touched if t.cls == rest(p)])
                         for p, c in text.contents.items() if prefix(p) == "rule"]
                found += [need for need in rules if need.met(EVERYBODY)]
        return found

    # "Who is excused", and the clauses replacedBy to earlierBuiltOnRival of the honest check

    def excuses(self, w, id, standing, text):
        return self.cached((w.id, id, standing, text),
                           lambda: self.find_excuse(w, id, standing, text))

    def find_excuse(self, w, id, standing, text):
        if self.ledger.made_under(w).root != self.earlier(id, w.party):
            return False
        versions = text.writers.get("roster/" + standing, [])
        if w.rosters.get(standing) not in versions:
            return False
        since = versions[versions.index(w.rosters[standing]):]
        written = [self.instruments[v].writes["roster/" + standing] for v in since]
        return all(w.party in c.meaning.held for c in written) and all(
            j == id or not self.cannot_be_judged(j)
            and (j in self.ill_formed or not self.speaks_against(j, id)) for j in w.committed)

    def speaks_against(self, j, i):
        """Whether something speaks against committing to `i` after `j`."""
        a, b = self.instruments[j], self.instruments[i]
        if i in a.replaces or i == j or j in b.replaces:
            return i in a.replaces
        beneath = self.beneath[i]
        replacers = self.replacers(j)
        named = replacers & beneath              # i is built on something that replaces j
        if not named and (i in self.conflicts[j] or beneath & set(a.replaces)):
            return True
        rivals = self.conflicts[j] & beneath - replacers
        if any(not replacers & self.beneath[x] for x in rivals):
            return True
        return bool(self.beneath[j] & (set(b.replaces) | self.conflicts[i]))

    def replacers(self, id):
        return {x for x in self.well_formed if id in self.instruments[x].replaces}

    # "Which seals count", and the fixed points

    def earlier(self, id, party):
        record = self.text_beneath(id).meaning("party/" + party)
        return record and record.id

    def hear(self):
        ledger, self.seals_on = self.ledger, {id: [] for id in self.instruments}
        for seal in sorted(ledger.seals.values(), key=lambda s: s.id):
            seal.counts = seal.counts_as_newcomers = False
            if seal.instrument in self.needs and ledger.is_signed(seal):
                root = ledger.made_under(seal).root
                earlier = self.earlier(seal.instrument, seal.party)
                brought = self.instruments[seal.instrument].records.get(seal.party)
                brought = brought and brought.id
                seal.counts = root == (earlier or brought)
                seal.counts_as_newcomers = root == (brought or earlier)
                if seal.counts or seal.counts_as_newcomers:
                    self.seals_on[seal.instrument].append(seal)
        self.effects = [w for w in ledger.withdrawals.values()
                        if w.stage == "effect" and ledger.is_signed(w)]

    def met(self, id, members=None, void=frozenset(), without=(), accepting=(), newcomers=()):
        """Whether an instrument has its needs by the seals on it whose conditions are among the
        members (None: as if all stood), with more parties that accept, or without some."""
        founding = self.instruments[id].founding
        def stands(conditions):
            return not conditions if founding else members is None or members.issuperset(conditions)
        seals = [s for s in self.seals_on[id]
                 if s.id not in void and s.party not in without and stands(s.provided)]
        def excuses(party, standing, text):
            return any(self.excuses(w, id, standing, text) for w in self.effects
                       if w.party == party and w.id not in void)
        voice = Voice(seals, excuses, accepting, newcomers)
        return all(need.met(voice) for need in self.needs[id])

    def greatest(self, candidates, void=frozenset()):
        """Of all candidates those that stay once whichever breaks a clause was deleted."""
        members, before = set(candidates), None
        while before != len(members):
            before = len(members)
            for id in sorted(members):
                if not self.instruments[id].ground <= members or not self.met(id, members, void):
                    members.discard(id)
        return members

    def perfect(self):
        ledger, self.out = self.ledger, set()
        self.perfected = self.greatest(self.well_formed)
        for id in reversed(self.well_formed):                                   # the newest first
            if id in self.perfected and id not in self.out:
                self.out |= set(self.instruments[id].replaces)
        self.disputed = {s.id for s in [*ledger.seals.values(), *ledger.withdrawals.values()]
                         if ledger.is_disputed(s)}
        left = self.perfected - self.out
        self.void = self.disputed & set().union(*(self.instruments[x].voids for x in left))
        self.standing = self.greatest(left, self.void)
        self.contested = {x for x in self.standing if self.conflicts[x] & self.standing}
        self.in_force = self.resolve() if self.contested else self.standing
        self.text_in_force = self.text(self.in_force)
        self.established = {(party, record.id) for x in self.perfected
                            for party, record in self.instruments[x].records.items()}

    def resolve(self):
        left, found = set(self.standing), set()
        while ready := sorted(x for x in left if self.instruments[x].ground <= found):
            unbeaten = (x for x in ready
                        if not any(self.beats(y, x) for y in self.conflicts[x] & left))
            taken = next(unbeaten, ready[0])
            left.discard(taken)
            found.add(taken)
            dropped = self.conflicts[taken] & left
            left = {x for x in left if x not in dropped and not self.beneath[x] & dropped}
        return found

    def beats(self, a, b):
        def committed(id):
            return {s.party for s in self.seals_on[id]
                    if s.counts and s.verdict != "reject" and s.id not in self.void}
        liars = committed(a) & committed(b)
        return [self.met(x, self.standing, self.void, liars) for x in (a, b)] == [True, False]

    # "States", "What is missing"

    def state(self, id):
        i, seals = self.instruments[id], self.seals_on[id]
        named = (("ill-formed", self.ill_formed), ("awaiting-records", self.awaiting),
                 ("contested", self.contested), ("in-force", self.in_force),
                 ("replaced", self.out), ("suspended", self.perfected))
        if found := next((word for word, members in named if id in members), None):
            return found
        for provision, version in i.base.items():
            now = self.text_in_force.newest.get(provision)
            if now not in (None, version) and (version is None or now not in self.beneath[version]):
                return "stale"
        if self.is_rejected(id):
            return "rejected"
        if i.ground <= self.perfected and self.met(id):
            return "conditional"
        return "sealed" if any(s.verdict != "reject" for s in seals) else "unsealed"

    def asked(self, id):
        return set().union(*(need.parties() for need in self.needs[id]))

    def is_rejected(self, id):
        against = [s for s in self.seals_on[id] if s.verdict == "reject"]
        others = self.asked(id) - {s.party for s in against if s.counts}
        newcomers = self.asked(id) - {s.party for s in against if s.counts_as_newcomers}
        return bool(against) and not self.met(id, accepting=others, newcomers=newcomers)

    def missing(self, id):
        """The missing parties (None: no answer), and the missing instruments."""
        i = self.instruments[id]
        if id in self.ill_formed:
            return None, set()
        if id in self.awaiting:
            return None, set(filter(self.cannot_be_judged, i.names))
        instruments = i.ground.union(*(s.provided for s in self.seals_on[id])) - self.standing
        return self.missing_parties(id), instruments

    def missing_parties(self, id):
        def suffice(parties):
            return self.met(id, accepting=parties, newcomers=parties)
        silent = self.asked(id) - {s.party for s in self.seals_on[id] if s.counts}
        if suffice(()):
            return set()
        if not suffice(silent):
            return None
        needed = {party for party in silent if not suffice(silent - {party})}
        others = sorted(silent - needed)
        lists = (some for size in range(len(others) + 1) for some in combinations(others, size))
        for some in islice(lists, 20_000):
            if suffice(needed.union(some)):
                return needed.union(some)
        return None

    # "State root", and whose word it is

    def state_root(self):
        def leaf(provision, c):
            version = self.text_in_force.newest[provision]
            secret = hmac.new(self.instruments[version].salt,
                              b"syngraph/leaf/1" + provision.encode(), "sha256").digest()
            return encode_list([provision, version, sha256(secret + c.encoded)])
        return self.cached("root", lambda: tree(
            [leaf(p, c) for p, c in sorted(self.text_in_force.contents.items())]))

    def is_established(self, party, key_record):
        return bool(key_record) and (party, key_record.root) in self.established

    def certificate(self, party):
        return self.ledger.newest_certificate(party, self.established)

    # "Contradictions"

    def contradictions(self):
        """(party, kind's number, two ids) of each, in their order."""
        ledger, seals, found, self.commitments = self.ledger, {}, [], {}
        for id in self.well_formed:
            for s in self.seals_on[id]:                                               # ascending
                if s.id not in self.disputed and self.is_established(s.party, ledger.made_under(s)):
                    seals.setdefault(s.party, {}).setdefault(id, []).append(s)
        def pair(party, kind, ids):
            found.extend((party, kind, (min(ids), other)) for other in sorted(ids)[1:])
        for party, on in seals.items():
            for said in on.values():
                pair(party, 0, {s.verdict: s.id for s in reversed(said)}.values())
            given = {id: [s for s in said if s.verdict != "reject"] for id, said in on.items()}
            self.commitments[party] = given = {id: said for id, said in given.items() if said}
            for a, b in combinations(given, 2):
                if self.incoherent(given, a, b):
                    pair(party, 1, [given[a][0].id, given[b][0].id])
        for (party, _), k in ledger.key_records.items():
            for by in ("recovery", "seal") if self.is_established(party, k) else ():
                pair(party, 2, [f.id for f in k.followers if f.by == by and not f.superseded])
        chains = {}
        for (_, signer), c in ledger.certificates.items():
            if ledger.speaks_for(c.party, signer, self.established):
                numbered = chains.setdefault((c.party, c.writer, signer), {})
                numbered.setdefault(c.sequence, []).append(c)
        for (party, *_), numbered in chains.items():
            for sequence, said in numbered.items():
                pair(party, 3, [c.id for c in said])
                after = numbered.get(sequence + 1, [])
                if len(said) == len(after) == 1 and after[0].previous != said[0].id:
                    pair(party, 3, [said[0].id, after[0].id])
        return sorted(set(found))                      # two keys of one node may tell the same

    def incoherent(self, commitments, a, b):
        """Whether commitments to two instruments contradict each other, as far as can be said."""
        if not (self.speaks_against(a, b) and self.speaks_against(b, a)):
            return False
        conditions = [z for x in (a, b) for seal in commitments[x] for z in seal.provided]
        return not (any(map(self.cannot_be_judged, conditions)) or self.is_loose(commitments, a, b)
                    or self.is_loose(commitments, b, a))

    def is_loose(self, commitments, j, i):
        """Whether a party's commitment to `j` is loose towards `i`."""
        replacers = self.replacers(i)
        def frees(z):
            closing = self.instruments[z] if z in self.needs else None
            if not closing or (closing.subject, closing.outcome) != (j, "complete"):
                return False
            free = z not in commitments or replacers & (self.beneath[z] | {z})
            return bool(free and self.conflicts[z] & (self.beneath[i] | {i}))
        return all(any(map(frees, seal.provided)) for seal in commitments[j])


# ---- evidence.md, "Judgement": (verdict, reason, what is absent) of one accusation

def first_that_holds(*reasons):
    for verdict, reason, holds in reasons:
        if held := holds():
            return verdict, reason, held if reason == "absent" else set()

def judge_accusation(world, a):
    ledger = world.ledger
    if a.kind == "forked-journal":
        return judge_fork(world, a)
    of_keys = a.kind == "forked-keys"
    store = ledger.statements if of_keys else ledger.seals
    both = [store.get(id) for id in a.records]
    def each(field):
        return [getattr(s, field) for s in both]
    def as_said():
        if of_keys:
            return len(set(each("previous"))) == 1
        if a.kind == "two-verdicts":
            return len(set(each("instrument"))) == 1 and len(set(each("verdict"))) == 2
        return len(set(each("instrument"))) == 2 and "reject" not in each("verdict")
    def under():
        return [(a.party, id) for id in each("previous" if of_keys else "keys")]
    def roots():
        return [ledger.key_records.get(name) for name in under()]
    def made():
        return [ledger.key_records.get((a.party, s.id)) for s in both]
    def contradict():
        if of_keys:
            return made()[0].by == made()[1].by
        given = world.commitments.get(a.party)
        return a.kind == "two-verdicts" or world.incoherent(given, *each("instrument"))
    return first_that_holds(
        ("incomplete", "absent", lambda: {id for id in a.records if id not in store}),
        ("acquitted", "other-records", lambda: set(each("party")) != {a.party} or not as_said()),
        ("acquitted", "ill-formed", lambda: not of_keys and any(
            id in world.ill_formed for id in each("instrument"))),
        ("incomplete", "absent", lambda: absent_keys(ledger, under()) | (
            set() if of_keys else absent_beneath(world, a, both))),
        ("incomplete", "not-signed", lambda: None in roots() or not all(
            made() if of_keys else map(ledger.is_signed, both))),
        ("acquitted", "superseded", lambda: of_keys and any(k.superseded for k in made())),
        ("acquitted", "other-keys", lambda: not of_keys and not all(
            s.counts or s.counts_as_newcomers for s in both)),
        ("acquitted", "disowned", lambda: not of_keys and world.disputed & set(each("id"))),
        ("incomplete", "not-established", lambda: not all(
            world.is_established(a.party, k) for k in roots())),
        ("convicted", "contradiction", contradict), ("acquitted", "coherent", lambda: True))

def absent_keys(ledger, under):
    """A statement that is in the file and not good is not absent, but what it follows may be."""
    absent = set()
    for party, id in under:
        while (party, id) not in ledger.key_records and id in ledger.statements:
            id = ledger.statements[id].previous
        absent |= {id} if (party, id) not in ledger.key_records else set()
    return absent

def absent_beneath(world, a, both):
    ledger, ahead, seen = world.ledger, {s.instrument for s in both}, set()
    if a.kind == "incoherent-seals":        # that two verdicts differ does not hang on conditions
        ahead = ahead.union(*(s.provided for s in ledger.seals.values() if s in both or (
            s.party == a.party and s.instrument in ahead and ledger.made_under(s))))
    while ahead - seen:
        id = min(ahead - seen)
        seen.add(id)
        ahead |= world.instruments[id].names if id in world.instruments else set()
    return seen - set(world.instruments)

def judge_fork(world, a):
    ledger = world.ledger
    headers, body = ledger.stores[6], ledger.body_of(a.writer)
    both = [headers.get(id) for id in a.records]
    def is_of_writer(id, sequence):
        return id in headers and (headers[id].writer, headers[id].sequence) == (a.writer, sequence)
    covered = [c.entry for c in ledger.stores[8].values()
               if c.writer == a.writer and is_of_writer(c.entry, c.sequence)]
    for id in covered:                                                    # it grows as it is read
        before, sequence = headers[id].previous, headers[id].sequence
        if sequence and before not in covered and is_of_writer(before, sequence - 1):
            covered.append(before)
    return first_that_holds(
        ("incomplete", "absent", lambda: (
            {id for id in a.records if id not in headers} | (set() if body else {a.writer}))),
        ("acquitted", "other-records", lambda: {h.writer for h in both} != {a.writer}
         or len({h.sequence for h in both}) > 1),
        ("incomplete", "earlier-parting", lambda: len({h.previous for h in both}) > 1),
        ("incomplete", "not-covered", lambda: not set(covered).issuperset(a.records)),
        ("incomplete", "not-established", lambda: not ledger.speaks_for(
            a.party, sha256(body.key), world.established)),
        ("convicted", "fork", lambda: True))


# ---- commands.md, "verify": what is said, as JSON

VERDICTS = ("valid", "incomplete", "forked", "invalid")

def plain(value):
    """What was found, or a value of a record, as JSON has it: sets ascend."""
    if type(value) is bytes:
        return value.hex()
    if type(value) in (set, frozenset):
        return [plain(item) for item in sorted(value)]
    if type(value) in (list, tuple):
        return [plain(item) for item in value]
    return {str(k): plain(v) for k, v in value.items()} if isinstance(value, dict) else value

def moment(seconds):
    """Seconds since 1970 in the words of RFC 3339; the calendar repeats after 400 years."""
    cycles, rest = divmod(seconds, 146_097 * 86_400)
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=rest)
    year = at.year + 400 * cycles
    return f"{'+' if year > 9999 else ''}{year:04}-{at:%m-%dT%H:%M:%S}Z"

def pick(record, names):
    """Some fields of a record; `at` is the moment that it claims."""
    found = {name: getattr(record, name) for name in names.split()}
    return found | {"at": moment(found["at"])} if "at" in found else found

def say_keys(chain):
    newest = newest_of(chain)
    return {"root": newest.root, "record": newest.id, "version": newest.version,
            "frozen": not newest.record, "chain": [
                pick(k, "id version superseded") | {
                    "previous": k.previous and k.previous.id, "authority": k.by,
                    "frozen": not k.record, "reason": k.statement and k.statement.reason,
                    "acknowledges": k.statement.acknowledges if k.statement else []}
                for k in chain]}

def say_party(world, party, text):
    ledger, record = world.ledger, text.meaning("party/" + party)
    state, agreed = world.certificate(party), world.state_root()
    def signed(store):
        found = (s for s in store.values() if s.party == party and ledger.is_signed(s))
        return {s.id: s for s in found if world.is_established(party, ledger.made_under(s))}
    disputed = signed(ledger.seals).keys() & world.disputed
    return {
        "id": party, "keys": say_keys(ledger.chain(party, record.id)) if record else None,
        "standings": {rest(p) for p in text.contents
                      if prefix(p) == "roster" and party in text.holders(rest(p))},
        "state": state and pick(state, "at sequence entry") | {
            "root": state.inForce, "agrees": state.inForce == agreed},
        "disputed": disputed, "void": disputed & world.void,
        "withdrawals": [
            pick(w, "id stage rosters at") | {"reason": w.reason or {},
                "disputed": id in world.disputed, "void": id in world.void}
            for id, w in sorted(signed(ledger.withdrawals).items())]}

def say_instrument(world, id):
    i, (parties, instruments) = world.instruments[id], world.missing(id)
    closed = id in world.in_force | world.out | world.awaiting
    ends = [x for x in world.in_force - {id} if not closed
            and world.instruments[x].subject == (i.subject or id)
            and (i.subject or world.instruments[x].outcome == "abandoned")]
    return {
        "id": id, "title": i.title.get(i.languages[0]) or next(iter(i.title.values())),
        "titles": i.title, "state": world.state(id), "illFormed": world.ill_formed.get(id),
        "missing": {"parties": parties, "instruments": instruments},
        "closes": pick(i, "subject outcome") if i.outcome else None,
        "endedBy": min(ends, default=None)}

def say_day(world, day):
    """What was so at the end of a day, by the dates that the signers claim."""
    end = datetime.datetime.fromisoformat(day + "T23:59:59+00:00").timestamp()
    then = World(world.ledger.until(end))
    seals = [s for id in then.in_force for s in then.seals_on[id] if s.counts]
    confirming = [c for (_, signer), c in world.ledger.certificates.items()
                  if c.at <= end and c.inForce == then.state_root()
                  and world.ledger.speaks_for(c.party, signer, world.established)]
    def dated(records):
        newest = {r.party: r.at for r in sorted(records, key=lambda r: r.at)}
        return [{"party": party, "at": moment(at)} for party, at in sorted(newest.items())]
    return {"day": day, "stateRoot": then.state_root(), "perfected": then.perfected,
            "inForce": then.in_force, "contested": then.contested,
            "restsOn": dated(seals), "confirmed": dated(confirming)}

def say_agreement(world, is_evidence, day):
    ledger, contradictions = world.ledger, world.contradictions()
    judged = [(a, *judge_accusation(world, a)) for a in ledger.stores[10].values()]
    verdicts = {verdict for _, verdict, _, _ in judged}
    lacks = "incomplete" in verdicts if is_evidence else ledger.lacking
    text = world.text_in_force
    if not world.in_force and world.roadmap in world.needs:
        text = world.text_with(world.roadmap)
    names = {rest(p) for p in text.contents if prefix(p) == "party"}.union(
        *(text.holders(rest(p)) for p in text.contents if prefix(p) == "roster"))
    parties = [say_party(world, party, text) for party in sorted(names)]
    asked = [p["state"] and p["state"]["agrees"] for p in parties
             if p["keys"] and ledger.key_records[p["id"], p["keys"]["record"]].before.nodes]
    return {
        "verdict": ("forked" if contradictions or "convicted" in verdicts
                    else "incomplete" if lacks else "valid"),
        "lacking": ledger.lacking, "evidence": [
            {"party": party, "kind": CONTRADICTIONS[kind], "records": ids}
            for party, kind, ids in contradictions],
        "accusations": [
            pick(a, "party kind records writer") | {
                "verdict": verdict, "missing": missing, "reason": reason}
            for a, verdict, reason, missing in judged],
        "stateRoot": world.state_root(), "perfectedRoot": tree(sorted(world.perfected)),
        "perfected": world.perfected, "inForce": world.in_force, "contested": world.contested,
        "instruments": [say_instrument(world, id) for id in sorted(world.instruments)],
        "parties": parties, "concordance": bool(asked) and all(asked),
        "asOf": say_day(world, day) if day else None}

class TextShown(Text):
    """Of a text what a proof shows; a standing without a roster has no holders."""
    def __init__(self, contents):
        self.contents = contents

def say_proof(ledger, is_known):
    proof, subject, parties = ledger.proof, ledger.proof.subject, []
    signed = sorted(filter(ledger.is_signed, ledger.seals.values()), key=lambda s: s.id)
    for party, record in proof.records.items():
        chain, state = ledger.chain(party, record.id), ledger.newest_certificate(party)
        parties.append({
            "id": party, "keys": record.id, "record": newest_of(chain).id,
            "known": any(is_known(party, k.id) for k in chain),
            "state": state and pick(state, "id at sequence entry"),
            "seals": [pick(s, "id verdict provided at") | {"disputed": ledger.is_disputed(s)}
                      for s in signed if s.party == party]})
    certifying, text = [p for p in parties if p["state"]], TextShown(proof.contents)
    rule = text.rule(subject.content.cls)
    for seal in signed:
        seal.counts, seal.counts_as_newcomers = not seal.provided, False
    need = rule and Need(rule, text, [subject.content])
    return {
        **pick(proof, "provision count path root"), **pick(subject, "version leaf place"),
        "content": subject.content.raw, "rule": rule and rule.raw,
        "ruleMet": need and need.met(Voice(signed)),
        "keysChecked": bool(certifying) and all(p["known"] for p in certifying), "parties": parties}


# ---- bundle.md, "Several files", and the command line

NOTHING = {
    "verdict": "invalid", "lacking": [], "evidence": [], "accusations": [], "refusal": None,
    "stateRoot": None, "perfectedRoot": None, "perfected": [], "inForce": [], "contested": [],
    "instruments": [], "parties": [], "concordance": None, "proofs": [], "asOf": None,
    "records": None, "signatures": None}

def verify(contents, told=None, required=(), keys=(), day=None, names=None):
    """What `syngraph verify --json` prints of some files. Raises NotABundle."""
    told, names = told and bytes.fromhex(told), names or [None] * len(contents)
    bundles = [bundle_in_page(data) for data in contents]
    files = [File(bundle or data) for data, bundle in zip(contents, bundles)]
    roadmap = told or files[0].roadmap
    result = NOTHING | {
        "roadmap": files[0].roadmap.hex(), "roadmapChecked": told == files[0].roadmap,
        "required": [{"id": id, "inForce": False} for id in required],
        "pages": [{"file": name, "asWritten": None}
                  for name, bundle in zip(names, bundles) if bundle is not None]}
    wholes, ledger = [f for f in files if f.scope != "provision"], Ledger(roadmap)
    try:
        for file in files:
            other = "not-the-roadmap-asked-for" if told else "other-roadmap"
            refuse(file.roadmap != roadmap, other)
        for file in wholes:
            ledger.read(file)
        ledger.settle()
        proofs = []
        for file in files:
            if file.scope == "provision":
                proofs.append(Ledger(roadmap))
                proofs[-1].read(file)
                proofs[-1].supersede()
    except Fault as fault:
        return result | {"refusal": file.refusal(fault, names[files.index(file)])}
    world = World(ledger) if wholes else None
    found = {"verdict": "valid"}
    if wholes:
        found = say_agreement(world, all(f.scope == "evidence" for f in wholes), day)

    def is_known(party, id):
        return id.hex() in keys or world and world.is_established(
            party, ledger.key_records.get((party, id)))
    said = [say_proof(proof, is_known) for proof in proofs]
    certified = [any(p["state"] for p in s["parties"]) for s in said]
    verdicts = [found["verdict"], *("valid" if c else "incomplete" for c in certified)]
    in_force = {*found.get("inForce", ()), *(s["version"] for s in said if s["keysChecked"])}
    known = {*ledger.instruments, *(s["version"] for s in said)}

    def require(typed):
        digits = re.sub("[ -]", "", typed).lower()
        matching = [id for id in known if len(digits) >= 8 and id.hex().startswith(digits)]
        id = matching[0] if len(matching) == 1 else typed
        return {"id": id, "inForce": id in in_force}
    return plain(result | found | {
        "verdict": max(verdicts, key=VERDICTS.index), "proofs": said,
        "records": ledger.count + sum(p.count for p in proofs),
        "signatures": ledger.signatures + sum(p.signatures for p in proofs),
        "required": list(map(require, required))})

def contents_of(name):
    """A file's bytes, of which no more is in memory than what is looked at."""
    with open(name, "rb") as file:
        try:
            return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (ValueError, OSError):                           # it is empty, or no file on a disk
            return file.read()

def main():
    parser = argparse.ArgumentParser(description="A second verifier of Syngraph's bundles.")
    add = parser.add_argument
    add("files", nargs="+", metavar="file")
    add("--roadmap", help="the roadmap's id, all 64 digits, told by other means than the file")
    add("--require", action="append", default=[], help="an instrument that must be in force")
    add("--keys", action="append", default=[], help="a key record known by other means, for proofs")
    add("--as-of", metavar="DAY", help="say what was in force at the end of this day")
    add("--json", action="store_true", help="as is printed anyway")
    given = parser.parse_args()
    sys.setrecursionlimit(10_000)

    def fail(code, word, message):
        print(json.dumps({"error": word, "message": message, "hint": None}, indent=2))
        sys.exit(code)
    for id in [given.roadmap, *given.keys]:
        if id is not None and not re.fullmatch("[0-9a-fA-F]{64}", id):
            fail(64, "usage", "--roadmap and --keys want 64 hexadecimal digits")
    try:
        result = verify([contents_of(name) for name in given.files], given.roadmap, given.require,
                        {key.lower() for key in given.keys}, given.as_of, given.files)
    except NotABundle:
        fail(65, "not-a-bundle", "this is not a bundle")
    except OSError as error:
        fail(66, "no-such-file", str(error))
    except ValueError as error:
        fail(64, "usage", str(error))
    print(json.dumps(result, indent=2, ensure_ascii=False))
    is_missing = any(not r["inForce"] for r in result["required"])
    codes = {"valid": int(is_missing), "incomplete": 1, "invalid": 2, "forked": 3}
    sys.exit(codes[result["verdict"]])

if __name__ == "__main__":
    main()
