"""Validates records against Docs/Specification/syngraph.cddl with zcbor 0.8.1, which is not ours.

python3 cddl.py CDDL VECTORS: every valid vector must be of its type, and every item of a valid bundle or card; with
a field more none may be. Says how many of each type were, and then, a line each, what was not as it should be."""
import collections, contextlib, io, pathlib, sys

import cbor2
from zcbor import CddlValidationError, DataTranslator

cddl, vectors = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
TYPES = {
    "party-record": "party-record", "rule": "expression", "instrument": "instrument", "seal": "seal", "key-statement": "keys",
    "withdrawal": "withdrawal", "state-certificate": "state", "accusation": "accusation", "proof": "proof",
    "draft-opening": "draft-opening", "draft-edits": "draft-edits", "key": "cose-key", "message": "message"}
RECORDS = {
    1: "instrument", 2: "seal-statement", 3: "keys-statement", 4: "withdrawal-statement", 5: "state-statement",
    6: "journal-header", 7: "writer-body", 8: "checkpoint-statement", 9: "seal", 10: "accusation", 11: "proof"}
translators = DataTranslator.from_cddl(cddl.read_text(), 1_000_000).my_types
held, wrong, seen = collections.Counter(), [], set()


def is_of(kind, data):
    with contextlib.redirect_stdout(io.StringIO()):   # it prints what it tried
        try:
            translators[kind].validate_str(data)
            return True
        except CddlValidationError:
            return False


def validate(kind, name, data):
    if (kind, data) in seen:
        return
    seen.add((kind, data))
    if is_of(kind, data):
        held[kind] += 1
    else:
        wrong.append(f"{name} is no {kind}")
    value = cbor2.loads(data)
    if type(value) is dict and is_of(kind, cbor2.dumps(value | {"a-field-of-nobodys": 1})):
        wrong.append(f"{name} with a field of nobody's is still a {kind}")


def items(data):
    """The encoded items of a sequence."""
    stream, start = io.BytesIO(data), 0
    while start < len(data):
        cbor2.load(stream)
        yield data[start:stream.tell()]
        start = stream.tell()


BODIES = {1: "instrument", 2: "seal-statement", 3: "keys-statement", 4: "withdrawal-statement", 5: "state-statement",
          16: "writer-body", 17: None, 18: None, 19: None, 20: None, 21: None, 22: None}


def validate_sequence(name, data, of_journals=False):
    header, *rest = items(data)
    if cbor2.loads(header)[0] == "syngraph/card/1":
        validate("card-file-header", name, header)
        for statement in rest:
            validate("card-statement", name, statement)
        return
    validate("bundle-header", name, header)
    for record in rest[:-1]:
        validate("bundle-record", name, record)
        kind, content = cbor2.loads(record)
        is_body = of_journals and kind == 7
        form = BODIES[cbor2.loads(header)[7]] if is_body else RECORDS[kind]
        if kind == 6:
            header = content
        if form:
            validate(form, name, content)
    validate("bundle-footer", name, rest[-1])


def valid(form, *words):
    for path in sorted((vectors / form).glob("*.vector")):
        head, _, body = path.read_text().partition("\n\n")
        told = dict(line.split(": ", 1) for line in head.splitlines())
        if told["expect"] in words and "then" not in told:
            yield told, f"{form}/{path.stem}", bytes.fromhex(body)


for form, kind in TYPES.items():
    for _, name, data in valid(form, "valid"):
        validate(kind, name, data)
for form in ("bundle", "provision", "card"):
    for _, name, data in valid(form, "valid", "incomplete", "forked"):
        validate_sequence(name, data)
for _, name, data in valid("journals", "valid"):
    validate_sequence(name, data, of_journals=True)
for _, name, data in valid("evidence", "contradiction", "fork", "coherent"):   # these are reasons: the files are valid
    validate_sequence(name, data)
for kind in sorted(held):
    print(kind, held[kind])
for line in wrong:
    print("wrong:", line)
